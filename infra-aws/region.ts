import { isInOtherPartition } from '../contract/aws-values';
import { formatValue, problem } from '../contract/problem';
import { VENDOR_ACCOUNT_ID, VENDOR_DIRECT_REGIONS } from '../contract/vendor-facts';

/** The problem of a region outside the partition `aws`. Region codes that do not exist are left to CloudFormation. */
export function regionProblems(region: string | undefined): string[] {
  if (region === undefined || !isInOtherPartition(region)) return [];
  return [
    problem({
      name: 'region',
      wrong: 'is outside the partition aws',
      got: formatValue(region),
      why: `The vendor's account ${VENDOR_ACCOUNT_ID} exists only in aws and could not assume the role.`,
      fix: 'Set AWS_REGION, or the region of your profile, to a region such as us-east-1.',
    }),
  ];
}

/** Id for `Annotations.of(stack).acknowledgeWarning(REGION_WARNING_ID)`. */
export const REGION_WARNING_ID = 'tavus-recordings:region';

/** The warning about a region into which the vendor may not write directly; undefined if it is known to do so. */
export function regionWarning(region: string): string | undefined {
  if (VENDOR_DIRECT_REGIONS.some((known) => known === region)) return undefined;
  return problem({
    name: 'region',
    wrong: `is not one into which the vendor is known to write directly (${VENDOR_DIRECT_REGIONS.join(', ')})`,
    got: region,
    why: 'Elsewhere its pages disagree: a recording may be stored at the vendor first and copied later.',
    fix: 'Ask Tavus, or deploy to one of these regions.',
  });
}
