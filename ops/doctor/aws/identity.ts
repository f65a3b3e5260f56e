import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { ask, judged, type Answer } from '../answer';
import { maskAccount } from '../mask';
import { fail, ok, type Verdict } from '../verdict';

/** Who asks. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/** Asks AWS who we are; everybody may. */
export const whoAmI = (sts: STSClient): Promise<Answer<Identity>> =>
  ask('sts:GetCallerIdentity', async () => {
    const { Account: account = '', Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
    return { account, arn };
  });

const EXPECTED = 'credentials of the account that owns bucket and role';

/** @param owner account of the role; undefined when the role's ARN is not known */
export function judgeIdentity(answer: Answer<Identity>, owner: string | undefined): Verdict {
  return judged(answer, EXPECTED, (identity) => {
    const { account = '', arn = '' } = identity ?? {};
    const found = `account ${maskAccount(account)}, ${arn}`;
    return owner === undefined || owner === account
      ? ok(found, EXPECTED)
      : fail(
          found,
          `${EXPECTED}: ${maskAccount(owner)}`,
          'Run it again as `AWS_PROFILE=<profile of that account> npx recordings doctor`.',
        );
  });
}
