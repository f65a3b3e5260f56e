import { fullDiff, ResourceImpact, type ResourceDifference } from '@aws-cdk/cloudformation-diff';
import { guardedChanges } from './guarded-properties';

/** A synthesized stack. */
export interface SynthesizedStack {
  readonly template: Record<string, unknown>;
  readonly terminationProtection: boolean;
}

/** Consequences of losing or replacing a resource, by type. */
const CONSEQUENCES: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'New recordings would go into an empty bucket, and old ones would stay behind.',
  'AWS::KMS::Key': 'Recordings encrypted with the old key can be read only while that key exists.',
  'AWS::IAM::Role': 'The new role has another ARN and is not used until it is handed over again.',
};

const LOST: Readonly<Partial<Record<ResourceImpact, string>>> = {
  [ResourceImpact.WILL_REPLACE]: 'is replaced',
  [ResourceImpact.MAY_REPLACE]: 'may be replaced',
  [ResourceImpact.WILL_DESTROY]: 'leaves the stack and is deleted',
  [ResourceImpact.WILL_ORPHAN]: 'leaves the stack and stays in the account, unmanaged',
};

const KEPT: ReadonlySet<unknown> = new Set(['Retain', 'RetainExceptOnCreate']);

const typeOf = (change: ResourceDifference): string =>
  change.oldResourceType ?? change.newResourceType ?? 'of unknown type';

/** Warnings that the summary shows first. */
function warnings(id: string, change: ResourceDifference): string[] {
  const type = typeOf(change);
  const name = `${code(id)} (${type})`;
  const lost = LOST[change.changeImpact];
  const changed = Object.entries(change.propertyUpdates);
  const because = changed.filter(
    ([, { changeImpact }]) => changeImpact !== undefined && changeImpact in LOST,
  );
  const unkept = ['DeletionPolicy', 'UpdateReplacePolicy'].filter((policy) => {
    const { [policy]: difference } = change.otherChanges;
    return KEPT.has(difference?.oldValue) && !KEPT.has(difference?.newValue);
  });
  return [
    ...(lost === undefined || CONSEQUENCES[type] === undefined
      ? []
      : [`${name} ${lost}${list(' because of ', because)}. ${CONSEQUENCES[type]}`]),
    ...(change.isUpdate
      ? changed.flatMap(([property, { oldValue, newValue }]) =>
          guardedChanges(property, oldValue, newValue).map(
            (what) => `${name}: its ${what} (${code(property)}).`,
          ),
        )
      : []),
    ...(change.isUpdate && unkept.length > 0
      ? [`${name} is no longer retained: ${unkept.map(code).join(', ')}.`]
      : []),
  ];
}

const list = (prefix: string, entries: readonly (readonly [string, unknown])[]): string =>
  entries.length === 0 ? '' : `${prefix}${entries.map(([name]) => code(name)).join(', ')}`;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * Whether permissions may be broadened, unattached policies such as permissions boundaries included. The CDK's diff checks
 * only attached policies, so each policy gets a role here. The summary does not print their statements, because they contain
 * names.
 */
const isBroadened = (before: SynthesizedStack, after: SynthesizedStack): boolean =>
  fullDiff(withPoliciesInUse(before.template), withPoliciesInUse(after.template)).permissionsBroadened;

function withPoliciesInUse(template: Record<string, unknown>): Record<string, unknown> {
  const { Resources: resources } = template;
  if (!isObject(resources)) return template;
  const inUse = ([id, resource]: [string, unknown]): [string, unknown] =>
    isObject(resource) && resource['Type'] === 'AWS::IAM::ManagedPolicy' && isObject(resource['Properties'])
      ? [id, { ...resource, Properties: { Roles: [id], ...resource['Properties'] } }]
      : [id, resource];
  return { ...template, Resources: Object.fromEntries(Object.entries(resources).map(inUse)) };
}

/** The changes between two versions of a stack as Markdown; names of properties, never values. */
export function stackLines(
  before: SynthesizedStack | undefined,
  after: SynthesizedStack | undefined,
): readonly string[] {
  if (after === undefined) {
    return ['Is no longer in the app. `cdk deploy` changes neither it nor its resources.'];
  }
  const diff = fullDiff(before?.template ?? {}, after.template);
  const resources = Object.entries(diff.resources.changes);
  const cautions = [
    ...(before !== undefined && isBroadened(before, after)
      ? ['Permissions may be broadened, see below.']
      : []),
    ...resources.flatMap(([id, change]) => (before === undefined ? [] : warnings(id, change))),
    ...(before?.terminationProtection === true && !after.terminationProtection
      ? ['The stack can be deleted: its termination protection is switched off.']
      : []),
  ];
  const elsewhere = [diff.outputs, diff.parameters, diff.conditions, diff.mappings, diff.unknown].flatMap(
    ({ changes }) => Object.entries(changes),
  );
  const { iamChanges } = diff;
  // The first row of each table has the column heads.
  const permissions = [iamChanges.summarizeStatements(), iamChanges.summarizeManagedPolicies()].flatMap(
    ([heads = [], ...statements]) => (statements.length === 0 ? [] : [table(heads, statements)]),
  );
  const rows = resources.map(([id, change]) => [
    code(id),
    code(typeOf(change)),
    change.changeImpact.toLowerCase().replace('_', ' '),
    [...Object.keys(change.propertyUpdates), ...Object.keys(change.otherChanges)].map(code).join(', '),
  ]);
  const isSame = rows.length === 0 && elsewhere.length === 0 && cautions.length === 0;
  return [
    ...(before === undefined ? ['Is new.'] : []),
    ...(cautions.length === 0
      ? []
      : [['> [!CAUTION]', ...cautions.map((line) => `> - **${line}**`)].join('\n')]),
    ...(isSame ? ['Nothing changes.'] : []),
    ...(rows.length === 0 ? [] : [table(['Resource', 'Type', 'Effect', 'Changes'], rows)]),
    ...(elsewhere.length === 0 ? [] : [`${list('Outside the resources: ', elsewhere)}.`]),
    ...(before === undefined ? [] : permissions),
  ];
}

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

/** Inline code. Characters that would end it or the table's cell are removed. */
export const code = (name: string): string => `\`${name.replaceAll(/[`|\r\n]/g, '')}\``;
const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll(/\s*\n\s*/g, '<br>');
