/** What enforces a rule on this laptop. */
type Enforcer = 'emulator' | 'simulator' | 'fake Azure' | 'IAM simulation in the tests' | 'not enforced';

/** One check of the report. `skipped`: a laptop cannot show it. */
export interface ReportCheck {
  readonly id: string;
  readonly checked: string;
  readonly expected: string;
  readonly found: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly enforcedBy: Enforcer;
}

/** Each check by its id: its name in the report, and what enforces the rule on this laptop. */
const CHECKS = {
  // The doctor, on bucket, role and key.
  'bucket-exists': ['recordings bucket: exists', 'emulator'],
  'bucket-region': ['request: region of the bucket', 'simulator'],
  'bucket-direct-region': ['recordings bucket: Tavus writes to its region', 'not enforced'],
  'bucket-encryption': ['recordings bucket: default encryption', 'emulator'],
  'bucket-versioning': ['recordings bucket: versioning', 'emulator'],
  'bucket-public-access': ['recordings bucket: Block Public Access', 'not enforced'],
  'account-public-access': ['account: Block Public Access', 'not enforced'],
  'bucket-tls': ['recordings bucket: policy, TLS', 'emulator'],
  'bucket-denials': ['recordings bucket: policy, denials', 'emulator'],
  'bucket-lifecycle': ['recordings bucket: lifecycle', 'not enforced'],
  'bucket-lock': ['recordings bucket: no lock against erasure', 'not enforced'],
  'bucket-replication': ['recordings bucket: no copies elsewhere', 'not enforced'],
  'bucket-ownership': ['recordings bucket: object ownership', 'not enforced'],
  'bucket-logging': ['recordings bucket: access log', 'not enforced'],
  'log-bucket': ['log bucket', 'not enforced'],
  'bucket-overwritten': ['recordings bucket: overwritten recordings', 'not enforced'],
  'bucket-other-content': ['recordings bucket: nothing but recordings', 'not enforced'],
  'role-exists': ['role: exists', 'emulator'],
  'role-trust': ['role: who may assume it, with which ExternalId', 'emulator'],
  'role-session': ['role: longest session', 'emulator'],
  'role-actions': ['role: allowed actions', 'emulator'],
  'role-excess': ['role: no other actions', 'emulator'],
  'key-enabled': ['key: enabled', 'emulator'],
  'key-grants': ['key: the role may use it', 'emulator'],
  'key-policy': ['key: policy', 'not enforced'],

  // Access tests with the vendor's role.
  'assume-as-vendor': ['role: assumed as Tavus does, for 12 h', 'emulator'],
  'assume-longer': ['role: for a second longer', 'emulator'],
  'assume-wrong-id': ['role: ExternalId TAVUS', 'emulator'],
  'assume-no-id': ['role: without ExternalId', 'emulator'],
  'assume-stranger': ['role: from another account', 'emulator'],
  'session-delete': ['session: delete a recording', 'emulator'],
  'session-policy': ['session: change the bucket policy', 'emulator'],
  'session-other-bucket': ['session: write into another bucket', 'emulator'],
  'session-plain-http': ['session: read without TLS', 'emulator'],

  // A conversation without a backend.
  create: ['conversation: created with bucket, region, role', 'simulator'],
  'not-by-itself': ['recording: before startRecording()', 'simulator'],
  'room-events': ['recording: events in the browser', 'simulator'],
  landed: ['bucket: recordings in it', 'emulator'],
  key: ['recording: key', 'simulator'],
  bytes: ['recording: bytes, compared with those sent', 'emulator'],
  size: ['recording: size', 'simulator'],
  multipart: ['recording: parts of the upload', 'emulator'],
  mp4: ['recording: begins like MP4', 'simulator'],
  encrypted: ['recording: encrypted', 'emulator'],
  version: ['recording: version', 'emulator'],
  callback: ['recording_ready names the key', 'simulator'],

  // The deployment of the backend.
  'azure-trust': ['CI identities: preview, up, up again', 'fake Azure'],
  'azure-platform': ['pulumi up: without an image', 'fake Azure'],
  'azure-injected': ['backend: bucket in its settings', 'fake Azure'],
  'azure-refused': ['pulumi up: an image that does not start', 'fake Azure'],
  'azure-again': ['pulumi up: once more', 'fake Azure'],
  'azure-state': ['pulumi: secrets readable in its state', 'not enforced'],

  // The doctor, on the reader role.
  'reader-role': ['reader role: exists', 'emulator'],
  'reader-audience': ['reader role: audience that the backend asks for', 'emulator'],
  'reader-provider': ['reader role: identity provider of the tenant', 'emulator'],
  'reader-trust': ['reader role: whose tokens it accepts', 'emulator'],
  'reader-session': ['reader role: longest session', 'emulator'],
  'reader-actions': ['reader role: allowed actions', 'emulator'],
  'reader-denials': ['reader role: no denial in the bucket', 'emulator'],
  'reader-excess': ['reader role: no other actions', 'emulator'],
  'holds-bucket': ['bucket for holds', 'not enforced'],

  // Access tests with the reader role.
  'reader-list': ['reader role: the backend lists the recordings', 'emulator'],
  'reader-put': ['reader role: the backend writes a recording', 'emulator'],
  'reader-delete': ['reader role: the backend deletes a recording', 'emulator'],
  link: ['link: to a recording, without credentials', 'emulator'],
  'link-expired': ['link: a second after its 15 minutes', 'emulator'],
  'reader-token-audience': ['reader role: a token for another audience', 'emulator'],
  'reader-token-subject': ['reader role: a token of another identity', 'emulator'],
  'reader-token-issuer': ['reader role: a token of another tenant', 'emulator'],
  'reader-token-expiry': ['reader role: a token that has expired', 'emulator'],
  'reader-token-signature': ['reader role: a token signed with another key', 'emulator'],
  'reader-token-v2': ['reader role: a token of version 2', 'emulator'],

  // The running backend.
  'request-off': ['request: with recording off', 'simulator'],
  'request-form': ['request: the newer form', 'simulator'],
  'callback-forged': ['callback: with a forged token', 'simulator'],
  'callbacks-once': ['callbacks: announcements in the log', 'simulator'],
  'callbacks-disordered': ['callbacks: twice and out of order', 'simulator'],
  'watch-missing': ['watch: a recording that the page never started', 'simulator'],
  'watch-late': ['watch: a recording announced too late', 'simulator'],
  'ledger-restart': ['ledger: of a call during a deployment', 'fake Azure'],
  'ledger-replicas': ['ledger: same answer from two replicas', 'fake Azure'],
  'operator-list': ['recordings list: calls of this run', 'fake Azure'],
  'foreign-objects': ['recordings reconcile: foreign objects', 'emulator'],
  'logs-clean': ['logs: keys, role, secrets, room addresses', 'simulator'],

  // A call with a fault in the running system.
  'watch-told': ['watch: reported cause', 'simulator'],
  'watched-recording': ['recording of that call', 'emulator'],
  'watched-callbacks': ['backend: callbacks of that call', 'simulator'],

  // Never shown on a laptop.
  'tls-version': ['bucket: TLS 1.1', 'IAM simulation in the tests'],
  'kms-direct': ['key: use other than through S3', 'IAM simulation in the tests'],
  expiry: ['recordings: expire on their day', 'not enforced'],
  'log-delivery': ['access logs: arrive', 'not enforced'],
  vendor: ['Tavus, Daily and their rooms', 'not enforced'],
  azure: ['Azure: its refusals, ingress, TLS, rights', 'not enforced'],
  'aws-address': ["backend: AWS's own addresses", 'not enforced'],
  pulumi: ['Pulumi: replacement, order of deletion, protect, previews', 'not enforced'],
} as const satisfies Readonly<Record<string, readonly [checked: string, enforcedBy: Enforcer]>>;

export type CheckId = keyof typeof CHECKS;

export const isCheckId = (id: string): id is CheckId => Object.hasOwn(CHECKS, id);

/** A check of the report. @param state by default, whether the found text equals the expected one */
export function check(
  id: CheckId,
  expected: string,
  found: string,
  state: ReportCheck['state'] = expected === found ? 'passed' : 'failed',
): ReportCheck {
  const [checked, enforcedBy] = CHECKS[id];
  return { id, checked, expected, found, state, enforcedBy };
}

/** How many checks are in each state. */
export function totals(checks: readonly ReportCheck[]): Readonly<Record<ReportCheck['state'], number>> {
  const count = (wanted: ReportCheck['state']): number =>
    checks.filter(({ state }) => state === wanted).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}
