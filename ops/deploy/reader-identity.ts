import type { BackendIdentity } from '../../contract/backend-identity';
import { problem } from '../../contract/problem';

/** Identity of the backend, from the outputs of the Pulumi stack. */
export interface StackIdentity {
  readonly tenantId?: string | undefined;
  readonly appPrincipalId?: string | undefined;
}

/**
 * Compares the identity of the backend with the one that AWS trusts. A recreated identity has another id and cannot
 * read the bucket.
 * @param backend from the environment in cdk.json; undefined when the backend does not read the bucket
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
                wrong: "differs from the backend's identity",
                got: `${written} in cdk.json, and ${found} in Azure`,
                why: 'AWS refuses its tokens, so it cannot read recordings.',
                fix: 'Run `npm run entra` with the identity of `pulumi stack output appPrincipalId`, and commit its output.',
              }),
            ],
      );
