import type { Answer } from '../aws/answer';
import type { Identity } from '../aws/identity';
import { maskAccount } from '../mask';
import { exported } from './fixes';
import { judged } from './judged';
import { fail, ok, type Verdict } from './verdict';

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
          `Set AWS_PROFILE to a profile of that account: ${exported('AWS_PROFILE', '<profile>')}. Then run it again.`,
        );
  });
}
