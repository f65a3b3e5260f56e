import type { DeployedPolicies } from '../deployed';
import type { Decision } from '../simulate';
import { BUCKET_LEVEL, FORBIDDEN_ON_BUCKET, FORBIDDEN_ON_OBJECTS, OBJECT_LEVEL } from './bucket';
import {
  administratorOf,
  ANONYMOUS,
  COLLEAGUE,
  HTTPS,
  OTHER_ACCOUNT,
  OUR_ADMINISTRATOR,
  vendorSession,
} from './callers';

/** The vendor cannot access a hold copy by any request; others need rights in the account. */
export function holdsDecisions(deployed: DeployedPolicies): Decision[] {
  const { holdsBucketArn: bucket, holdsBucketPolicy: resourcePolicy } = deployed;
  const asked = [
    ...[...BUCKET_LEVEL, ...FORBIDDEN_ON_BUCKET].map((action) => ({ action, resource: bucket })),
    ...[...OBJECT_LEVEL, ...FORBIDDEN_ON_OBJECTS].map((action) => ({
      action,
      resource: `${bucket}/c123456789/1763900000000/v1`,
    })),
  ];
  const others = [
    { who: 'our administrator', caller: OUR_ADMINISTRATOR, expected: 'allowed' },
    { who: 'a colleague without rights', caller: COLLEAGUE, expected: 'denied' },
    { who: 'another account', caller: administratorOf(OTHER_ACCOUNT), expected: 'denied' },
    { who: 'an anonymous caller', caller: ANONYMOUS, expected: 'denied' },
  ] as const;
  const all = [
    ...asked.map((request) => ({
      who: 'the vendor',
      caller: vendorSession(deployed),
      expected: 'denied' as const,
      request,
    })),
    ...others.flatMap((other) =>
      asked
        .filter(({ action }) => /:(?:ListBucket|GetObject|PutObject|DeleteObject)$/.test(action))
        .map((request) => ({ ...other, request })),
    ),
  ];
  return all.map(({ who, caller, expected, request }) => ({
    name: `holds: ${who}, ${request.action}`,
    expected,
    requests: [{ ...caller, ...request, resourcePolicy, context: HTTPS }],
  }));
}
