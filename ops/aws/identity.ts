import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { ask, type AwsAnswer } from './answer';

/** The caller, as AWS sees it. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/** Needs no right. */
export const callerIdentity = (sts: STSClient): Promise<AwsAnswer<Identity>> =>
  ask('sts:GetCallerIdentity', async () => {
    const { Account: account = '', Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
    return { account, arn };
  });
