import type { IAMClient } from '@aws-sdk/client-iam';
import type { AwsAnswer, KnownAnswer } from '../../aws/answer';
import type { Identity } from '../../aws/identity';
import type { RequestingRole } from '../policy/vendor-request';
import { decider, type Decide } from './decisions';
import { roleFacts, type RoleFacts } from './facts';

/** A role from the settings, and functions to inspect exactly this role. */
export interface InspectedRole {
  readonly arn: string;
  readonly account: string;
  /** Facts may be of a role with the same name and another path: compare `arn`. */
  readonly facts: Promise<AwsAnswer<RoleFacts>>;
  readonly decide: Decide;
  /** The role as policies see it. If it cannot be read, only what the ARN says. */
  readonly principal: Promise<RequestingRole>;
}

const ANOTHER_ACCOUNT: KnownAnswer<never> = {
  kind: 'unanswered',
  reason: "the credentials belong to another account than the role's",
};
const NO_ROLE: KnownAnswer<never> = { kind: 'unanswered', reason: 'the role does not exist' };

/** Whose role it is, and whom to ask about it. */
export interface InspectRoleProps {
  readonly iam: IAMClient;
  readonly arn: string;
  /** Account of the role. */
  readonly account: string;
  readonly identity: Promise<AwsAnswer<Identity>>;
  /** Actual region of the bucket. */
  readonly bucketRegion: Promise<AwsAnswer<string | undefined>>;
}

/**
 * Reads a role from IAM. IAM answers for the caller's account, where another role may have the same name; answers
 * about such a role are discarded.
 */
export function inspectRole({ iam, arn, account, identity, bucketRegion }: InspectRoleProps): InspectedRole {
  const asked = roleFacts(iam, arn);
  const isForeign = identity.then((caller) => caller.kind === 'is' && caller.value.account !== account);
  const facts = isForeign.then((foreign) => (foreign ? ANOTHER_ACCOUNT : asked));
  const decideByName = decider(iam, arn, asked);
  return {
    arn,
    account,
    facts,
    principal: Promise.all([facts, bucketRegion]).then(([role, region]) => {
      const known = role.kind === 'is' && role.value.arn === arn ? role.value : undefined;
      return {
        arn,
        account,
        id: known?.id,
        tags: known?.tags,
        bucketRegion: region.kind === 'is' ? region.value : undefined,
      };
    }),
    decide: async (question) => {
      const [decisions, role] = await Promise.all([decideByName(question), facts]);
      if (await isForeign) return ANOTHER_ACCOUNT;
      const isAbsent = role.kind === 'missing' || (role.kind === 'is' && role.value.arn !== arn);
      return isAbsent ? NO_ROLE : decisions;
    },
  };
}
