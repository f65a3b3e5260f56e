/** Whether a change is worth a warning; undefined stands for a property that is not there. */
type Judge = (before: unknown, after: unknown) => boolean;

const changes: Judge = () => true;
/** Something is taken away, or another is in its place. */
const lost: Judge = (before) => before !== undefined;
/** Something comes, or another is in its place. */
const gained: Judge = (_, after) => after !== undefined;
const switchedOff: Judge = (before, after) => before === true && after !== true;

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
const opened: Judge = (before, after) =>
  BLOCKS.some((block) => switchedOff(field(before, block), field(after, block)));

const unversioned: Judge = (before, after) =>
  field(before, 'Status') === 'Enabled' && field(after, 'Status') !== 'Enabled';

/** Days until a recording expires, and until its old version is gone; without a rule it never is. */
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

const lowered: Judge = (before, after) => {
  const [current, noncurrent] = retentionDays(before);
  const [newCurrent, newNoncurrent] = retentionDays(after);
  return newCurrent < current || newNoncurrent < noncurrent;
};
const raised: Judge = (before, after) => lowered(after, before);

/** What guards recordings and the way to them, what a change of it is called, and which change that is. */
const GUARDED: Readonly<Record<string, readonly (readonly [what: string, judge: Judge])[]>> = {
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
    // Longer than people were told is no smaller matter.
    ['retention is raised', raised],
    ['lifecycle changes', (before, after) => !lowered(before, after) && !raised(before, after)],
  ],
  LoggingConfiguration: [['access log changes', lost]],
  PermissionsBoundary: [['permissions boundary changes', lost]],
  MaxSessionDuration: [['longest session changes', changes]],
  ClientIdList: [['accepted audiences change', changes]],
  Url: [['issuer of identities changes', changes]],
};

/** What is to be said aloud of a property that changes; nothing of one that guards nothing, or better than before. */
export const guardedChanges = (property: string, before: unknown, after: unknown): readonly string[] =>
  Object.hasOwn(GUARDED, property)
    ? (GUARDED[property] ?? []).flatMap(([what, judge]) => (judge(before, after) ? [what] : []))
    : [];
