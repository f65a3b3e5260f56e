import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { ask, type Answer } from '../../aws/answer';
import { parsePolicy, type Statement } from '../policy/document';

/** The role, as far as Tavus has to do with it. */
export interface RoleFacts {
  /** It may be another role of the same name at another path. */
  readonly arn: string;
  readonly trust: readonly Statement[];
  readonly maxSessionSec: number;
  /** `AROA...`, by which policies name it too. */
  readonly id: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Policy that bounds what its own policies can allow. */
  readonly boundaryArn: string | undefined;
}

/** IAM's default, which the answer leaves out on some emulators. */
const DEFAULT_SESSION_SEC = 3_600;

/** Name of a role's ARN: what stands behind the last slash. */
export const roleName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Asks IAM for the role of the caller's account that has this ARN's name. */
export const roleFacts = (iam: IAMClient, arn: string): Promise<Answer<RoleFacts>> =>
  ask(
    'iam:GetRole',
    async () => {
      const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: roleName(arn) }));
      return {
        arn: role?.Arn ?? '',
        trust: parsePolicy(role?.AssumeRolePolicyDocument ?? ''),
        maxSessionSec: role?.MaxSessionDuration ?? DEFAULT_SESSION_SEC,
        id: role?.RoleId,
        tags: Object.fromEntries((role?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
        boundaryArn: role?.PermissionsBoundary?.PermissionsBoundaryArn,
      };
    },
    ['NoSuchEntity', 'NoSuchEntityException'],
  );
