import { Token } from 'aws-cdk-lib';
import type { EnvironmentSettings } from '../contract/environment-settings';
import { formatValue, problem } from '../contract/problem';

interface AccountAndRegion {
  readonly account: string;
  readonly region: string;
}

/** Problems of an environment's settings in the account and region of its stack, if these are known. */
export function placementProblems(
  environment: string,
  { eraser, existingBucketRegion, holds }: EnvironmentSettings,
  { account, region }: AccountAndRegion,
): string[] {
  const differs = (found: string | undefined, expected: string): boolean =>
    found !== undefined && !Token.isUnresolved(expected) && found !== expected;
  return [
    ...(holds && differs(existingBucketRegion, region)
      ? [
          problem({
            name: `environments.${environment}.holds`,
            wrong: `would create a bucket in the stack's region ${formatValue(region)}`,
            got: `recordings in ${formatValue(existingBucketRegion)}`,
            why: 'Copies would leave the region of the recordings.',
            fix: "Deploy this environment's stack in the region of its bucket, or remove holds.",
          }),
        ]
      : []),
    ...(differs(eraser?.split(':')[4], account)
      ? [
          problem({
            name: `environments.${environment}.eraser`,
            wrong: "is not in the stack's account",
            got: formatValue(eraser),
            why: 'A principal of another account could delete recordings.',
            fix: "Use a role or user of the stack's account.",
          }),
        ]
      : []),
  ];
}
