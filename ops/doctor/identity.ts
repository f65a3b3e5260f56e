import type { AwsAnswer } from '../aws/answer';
import type { Identity } from '../aws/identity';
import { maskAccount } from '../mask';
import { setVariable } from './fixes';
import { judgeAnswer } from './judge-answer';
import { fail, ok, type CheckOutcome } from './check-result';

const EXPECTED = 'credentials of the account that owns bucket and role';

/** @param owner account of the role, if known */
export function judgeIdentity(answer: AwsAnswer<Identity>, owner: string | undefined): CheckOutcome {
  return judgeAnswer(answer, EXPECTED, (identity) => {
    const { account = '', arn = '' } = identity ?? {};
    const found = `account ${maskAccount(account)}, ${arn}`;
    return owner === undefined || owner === account
      ? ok(found, EXPECTED)
      : fail(
          found,
          `${EXPECTED}: ${maskAccount(owner)}`,
          `Set AWS_PROFILE to a profile of that account: ${setVariable('AWS_PROFILE', '<profile>')}. Then run it again.`,
        );
  });
}
