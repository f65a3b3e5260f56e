import { Token } from 'aws-cdk-lib';
import type { EnvironmentSettings } from '../contract/environment-settings';
import { formatValue, problem } from '../contract/problem';

interface StackPlace {
  readonly account: string;
  readonly region: string;
}

/** What is wrong with an environment's settings in the account and region of its stack, as far as these are known. */
export function placementProblems(
  environment: string,
  { eraser, existingBucketRegion, holds }: EnvironmentSettings,
  { account, region }: StackPlace,
): string[] {
  const differs = (found: string | undefined, place: string): boolean =>
    found !== undefined && !Token.isUnresolved(place) && found !== place;
  return [
    ...(holds && differs(existingBucketRegion, region)
      ? [
          problem({
            name: `environments.${environment}.holds`,
            wrong: `would make a bucket in the stack's region ${formatValue(region)}`,
            got: `recordings in ${formatValue(existingBucketRegion)}`,
            why: 'Copies would leave the region in which the recordings are kept.',
            fix: "Deploy this environment's stack in the region of its bucket, or remove holds.",
          }),
        ]
      : []),
    ...(differs(eraser?.split(':')[4], account)
      ? [
          problem({
            name: `environments.${environment}.eraser`,
            wrong: "is not of the stack's account",
            got: formatValue(eraser),
            why: 'Somebody outside of the account could delete recordings.',
            fix: 'Name a role or user of the account in which the recordings are.',
          }),
        ]
      : []),
  ];
}
