/** Whether a change needs a warning. Undefined: the property does not exist. */
type ChangePredicate = (before: unknown, after: unknown) => boolean;

const changes: ChangePredicate = () => true;
/** The value is removed or replaced. */
const lost: ChangePredicate = (before) => before !== undefined;
/** The value is added or replaced. */
const gained: ChangePredicate = (_, after) => after !== undefined;
const switchedOff: ChangePredicate = (before, after) => before === true && after !== true;

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
const opened: ChangePredicate = (before, after) =>
  BLOCKS.some((block) => switchedOff(field(before, block), field(after, block)));

const unversioned: ChangePredicate = (before, after) =>
  field(before, 'Status') === 'Enabled' && field(after, 'Status') !== 'Enabled';

/** Days until a recording expires, and until S3 deletes a noncurrent version; Infinity without a rule. */
function retentionDays(configuration: unknown): readonly [current: number, noncurrent: number] {
  const rules = field(configuration, 'Rules');
  const active = (Array.isArray(rules) ? rules : []).filter((rule) => field(rule, 'Status') === 'Enabled');
  const least = (days: readonly unknown[]): number =>
    Math.min(...days.map((day) => (day === undefined ? Infinity : Number(day))));
  return [
    least(active.map((rule) => field(rule, 'ExpirationInDays'))),
    least(active.map((rule) => field(field(rule, 'NoncurrentVersionExpiration'), 'NoncurrentDays'))),
  ];
}

const lowered: ChangePredicate = (before, after) => {
  const [current, noncurrent] = retentionDays(before);
  const [newCurrent, newNoncurrent] = retentionDays(after);
  return newCurrent < current || newNoncurrent < noncurrent;
};
const raised: ChangePredicate = (before, after) => lowered(after, before);

/** Properties that protect recordings or access to them, each with its warnings and their conditions. */
const GUARDED: Readonly<Record<string, readonly (readonly [what: string, warns: ChangePredicate])[]>> = {
  PublicAccessBlockConfiguration: [['public access is opened', opened]],
  AccessControl: [['ACL opens it to others', gained]],
  WebsiteConfiguration: [['website opens it to others', gained]],
  CorsConfiguration: [['CORS opens it to pages', gained]],
  OwnershipControls: [['ownership of objects changes', changes]],
  ReplicationConfiguration: [['replication copies recordings elsewhere', gained]],
  BucketEncryption: [['encryption changes', changes]],
  EnableKeyRotation: [['key rotation is switched off', switchedOff]],
  Enabled: [['use is switched off', switchedOff]],
  VersioningConfiguration: [['versioning is switched off', unversioned]],
  LifecycleConfiguration: [
    ['retention is lowered', lowered],
    // Keeping recordings for longer than promised matters as much.
    ['retention is raised', raised],
    ['lifecycle changes', (before, after) => !lowered(before, after) && !raised(before, after)],
  ],
  LoggingConfiguration: [['access log changes', lost]],
  PermissionsBoundary: [['permissions boundary changes', lost]],
  MaxSessionDuration: [['longest session changes', changes]],
  ClientIdList: [['accepted audiences change', changes]],
  Url: [['issuer of identities changes', changes]],
};

/** Warnings about the change of a property; none if it weakens nothing. */
export const guardedChanges = (property: string, before: unknown, after: unknown): readonly string[] =>
  Object.hasOwn(GUARDED, property)
    ? (GUARDED[property] ?? []).flatMap(([what, warns]) => (warns(before, after) ? [what] : []))
    : [];
