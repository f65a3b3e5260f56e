import type { ChangedPath } from './changed-paths';
import { compareResources, type Resource, type ResourceChange } from './compare-resources';
import { changedVariables, otherPaths } from './environment-variables';
import { compareStacks, type Stack, type Stacks } from './stack';
import { warnings } from './warnings';

/** What a first `pulumi up` makes, by environment. */
type AzureStacks = ReadonlyMap<string, readonly Resource[]>;

/** Both sides; undefined: the base could not be looked at. */
export interface Comparison<T> {
  readonly before: T | undefined;
  readonly after: T;
}

export interface Findings {
  /** Commit. */
  readonly base: string;
  readonly recordings: Comparison<Stacks>;
  readonly trust: Comparison<Stacks>;
  readonly azure?: Comparison<AzureStacks>;
}

/** More of one resource are a rewrite, which nobody reads path by path. */
const MOST_PATHS = 12;

const SIGNS: Readonly<Record<ChangedPath['how'], string>> = { added: '+', removed: '−', changed: '~' };

/** What would change, for a reviewer: names and counts, and never a value. */
export const markdown = ({ base, recordings, trust, azure }: Findings): string =>
  [
    '## What this would change',
    `Compared with ${code(base.slice(0, 12))}. No cloud was asked: what was changed there by hand, what it would refuse, and ` +
      'values are not in here.',
    ...section('AWS', recordings, stackLines),
    ...section('Trust for CI (`infra-aws/ci.ts`, deployed by a person)', trust, stackLines),
    ...(azure === undefined ? [] : section('Azure', azure, azureLines)),
  ].join('\n\n') + '\n';

/** One part for each name that is on either side. */
function section<T>(
  title: string,
  { before, after }: Comparison<ReadonlyMap<string, T>>,
  lines: (before: T | undefined, after: T | undefined, hasBase: boolean) => readonly string[],
): readonly string[] {
  const names = [...new Set([...(before?.keys() ?? []), ...after.keys()])].toSorted();
  return [
    `### ${title}`,
    ...(before === undefined
      ? ['The base could not be looked at; the log says why. All of this is shown as new.']
      : []),
    ...names.flatMap((name) => [
      `#### ${code(name)}`,
      ...lines(before?.get(name), after.get(name), before !== undefined),
    ]),
  ];
}

function stackLines(
  before: Stack | undefined,
  after: Stack | undefined,
  hasBase: boolean,
): readonly string[] {
  if (after === undefined) {
    return ['Is no longer in the app. `cdk deploy` leaves it, and all that is in it, where it is.'];
  }
  const change = compareStacks(before, after);
  return [
    ...(before === undefined && hasBase ? ['Is new.'] : []),
    ...loud(before === undefined ? [] : warnings(before, after, change)),
    ...changeLines(change.resources, change.elsewhere),
  ];
}

function azureLines(
  before: readonly Resource[] | undefined,
  after: readonly Resource[] | undefined,
  hasBase: boolean,
): readonly string[] {
  if (after === undefined) return ['Is no longer in `cdk.json`. Its Pulumi stack stays as it is.'];
  const changes = before === undefined ? [] : compareResources(before, after);
  return [
    ...(before === undefined
      ? hasBase
        ? ['Is new.']
        : []
      : changeLines(changes, [], changes.flatMap(changedVariables))),
    `<details><summary>A first <code>pulumi up</code> makes ${count(after.length, 'resource')}, with a backend that records</summary>`,
    table(['Type', 'Count', 'Names'], byType(after)),
    '</details>',
  ];
}

function changeLines(
  resources: readonly ResourceChange[],
  elsewhere: readonly ChangedPath[],
  variables: readonly ChangedPath[] = [],
): readonly string[] {
  if (resources.length === 0 && elsewhere.length === 0) return ['Nothing changes.'];
  const counts = (['added', 'removed', 'changed'] as const).map(
    (how) => `${resources.filter((change) => change.how === how).length} ${how}`,
  );
  return [
    `Resources: ${counts.join(', ')}.`,
    ...(resources.length === 0 ? [] : [table(['', 'Type', 'Name', 'Properties'], resources.map(changeRow))]),
    ...(variables.length === 0 ? [] : [`Environment variables of the container: ${paths(variables)}.`]),
    ...(elsewhere.length === 0 ? [] : [`Outside the resources: ${paths(elsewhere)}.`]),
  ];
}

const changeRow = (change: ResourceChange): readonly string[] => {
  const others = otherPaths(change);
  const inVariables = change.paths.length - others.length;
  return [
    SIGNS[change.how],
    code(change.type),
    code(change.name),
    [
      ...(others.length === 0 ? [] : [`${others.length}: ${paths(others)}`]),
      ...(inVariables === 0 ? [] : ['environment variables, see below']),
    ].join('; '),
  ];
};

function byType(resources: readonly Resource[]): (readonly string[])[] {
  const types = [...new Set(resources.map(({ type }) => type))].toSorted();
  return types.map((type) => {
    const names = resources.filter((resource) => resource.type === type).map(({ name }) => name);
    return [code(type), String(names.length), names.toSorted().map(code).join(', ')];
  });
}

const paths = (list: readonly ChangedPath[]): string =>
  [
    ...list.slice(0, MOST_PATHS).map(({ path, how }) => `${SIGNS[how]} ${code(path === '' ? 'all' : path)}`),
    ...(list.length > MOST_PATHS ? [`and ${list.length - MOST_PATHS} more`] : []),
  ].join(', ');

const loud = (lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [['> [!CAUTION]', ...lines.map((line) => `> - **${line}**`)].join('\n')];

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

/** A name as it is; what would end the code or the table's cell is left out. */
const code = (name: string): string => `\`${name.replaceAll(/[`|\r\n]/g, '')}\``;
