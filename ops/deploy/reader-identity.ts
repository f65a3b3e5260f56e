import type { BackendIdentity } from '../../contract/backend-identity';
import { problem } from '../../contract/problem';

/** What the Pulumi stack says of its backend's identity. */
export interface StackIdentity {
  readonly tenantId?: string | undefined;
  readonly appPrincipalId?: string | undefined;
}

/**
 * Whether AWS lets in the identity that the backend has: one that was made anew has another id, and then reads nothing.
 * @param backend of the environment in cdk.json; undefined: nothing reads the bucket
 */
export const identityProblems = (
  environment: string,
  backend: BackendIdentity | undefined,
  { tenantId, appPrincipalId }: StackIdentity,
): string[] =>
  backend === undefined
    ? []
    : (
        [
          ['tenantId', backend.tenantId, tenantId],
          ['principalId', backend.principalId, appPrincipalId],
        ] as const
      ).flatMap(([name, written, found]) =>
        found === undefined || found === written
          ? []
          : [
              problem({
                name: `environments.${environment}.backend.${name}`,
                wrong: "is not that of the backend's identity",
                got: `${written} in cdk.json, and ${found} in Azure`,
                why: 'AWS refuses its tokens, so it cannot read the recordings.',
                fix: 'Run `npm run entra` with the identity of `pulumi stack output appPrincipalId`, and commit what it prints.',
              }),
            ],
      );
