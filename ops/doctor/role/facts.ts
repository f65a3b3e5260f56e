import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { ask, type AwsAnswer } from '../../aws/answer';
import { parsePolicy, type NormalisedStatement } from '../policy/document';

/** The properties of a role that matter for Tavus. */
export interface RoleFacts {
  /** May be another role with the same name and another path. */
  readonly arn: string;
  readonly trust: readonly NormalisedStatement[];
  readonly maxSessionSec: number;
  /** `AROA...`, which policies can contain instead of the ARN. */
  readonly id: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Permissions boundary. */
  readonly boundaryArn: string | undefined;
}

/** IAM's default, which some emulators leave out of the answer. */
const DEFAULT_SESSION_SEC = 3_600;

/** Role name: the part of the ARN after the last slash. */
export const roleName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Reads the role with this name in the caller's account. */
export const roleFacts = (iam: IAMClient, arn: string): Promise<AwsAnswer<RoleFacts>> =>
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
