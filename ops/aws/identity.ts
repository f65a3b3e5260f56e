import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { ask, type Answer } from './answer';

/** Who asks. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/** Asks AWS who we are; everybody may. */
export const callerIdentity = (sts: STSClient): Promise<Answer<Identity>> =>
  ask('sts:GetCallerIdentity', async () => {
    const { Account: account = '', Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
    return { account, arn };
  });
