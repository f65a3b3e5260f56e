import type { CheckResult, Topic } from './check-result';

const GUIDE = 'RECORDING_CONFIGURATION.md';
const NO_OBJECT = `${GUIDE}#nothing-is-in-the-bucket`;
const REFUSED_BY_TAVUS = `${GUIDE}#tavus-answers-400-when-a-conversation-is-made`;
const WHAT_HAS_TO_BE_RIGHT = `${GUIDE}#what-has-to-be-right`;
const SECURITY = `${GUIDE}#security`;
const REFUSES_TO_START = `${GUIDE}#it-refuses-to-start-or-to-deploy`;
const STARTS_REFUSED = 'docs/runbook.md#starts-are-refused';
const ERASURE = 'docs/runbook.md#where-is-this-recording-and-is-it-deleted';

/** Section of the guide for a check; checks that are not listed use {@link TOPIC_HINTS}. */
export const HINTS: Readonly<Record<string, string>> = {
  'env-file': REFUSES_TO_START,
  'not-settings': REFUSES_TO_START,
  'hand-over': 'docs/aws.md#in-order',
  proxy: 'docs/backend.md#behind-a-proxy',
  recording: `${GUIDE}#the-backend`,
  'aws-stack': 'docs/aws.md#when-a-deployment-fails',
  'bucket-exists': `${GUIDE}#with-an-existing-bucket-or-role`,
  'bucket-region': NO_OBJECT,
  'bucket-direct-region': NO_OBJECT,
  'bucket-encryption': 'docs/aws.md#switching-the-encryption',
  'bucket-denials': NO_OBJECT,
  'bucket-lifecycle': SECURITY,
  'bucket-lock': ERASURE,
  'bucket-replication': ERASURE,
  'bucket-overwritten': ERASURE,
  'bucket-other-content': 'docs/aws.md#settings-of-an-environment',
  'role-actions': NO_OBJECT,
  'role-excess': SECURITY,
  'tavus-key': STARTS_REFUSED,
  'tavus-replica': STARTS_REFUSED,
  'tavus-persona': STARTS_REFUSED,
  'tavus-test-conversation': REFUSED_BY_TAVUS,
  rooms: 'docs/own-front-end.md#plain-daily-js',
};

export const TOPIC_HINTS: Readonly<Record<Topic, string>> = {
  settings: 'docs/settings.md#settings-of-the-backend',
  azure: 'docs/azure.md#configuration',
  aws: 'docs/aws.md#in-order',
  bucket: WHAT_HAS_TO_BE_RIGHT,
  role: REFUSED_BY_TAVUS,
  key: `${GUIDE}#with-a-customer-key`,
  reader: 'docs/azure.md#reading-the-bucket',
  tavus: WHAT_HAS_TO_BE_RIGHT,
  callbacks: 'docs/runbook.md#no-callback-arrives',
  clock: WHAT_HAS_TO_BE_RIGHT,
};

/** For checks that lack a right, or access to the account. */
export const UNKNOWN_HINT = `${GUIDE}#the-doctor-says-unknown`;

/** Section of the guide for a result, as a path from the root of the project. */
export function hintOf({ id, topic, status, isRetryable }: CheckResult): string {
  if (status === 'unknown' && (isRetryable === true || topic === 'aws')) return UNKNOWN_HINT;
  return Object.hasOwn(HINTS, id) ? (HINTS[id] ?? TOPIC_HINTS[topic]) : TOPIC_HINTS[topic];
}
