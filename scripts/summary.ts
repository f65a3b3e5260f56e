import { fullDiff, ResourceImpact, type ResourceDifference } from '@aws-cdk/cloudformation-diff';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { read, ROOT } from './command';
import { ownEnvironment, synthArguments, type SynthProps, TRUST_APP } from './synth';

const HELP = `Says what this tree would change in AWS, compared with a commit, as Markdown: resources that come, go, change or are
replaced, and permissions. Asks no cloud. What changes in Azure is in the diff of test/infra-azure/__snapshots__.

  npm run summary -- --base origin/main

Options
  --base <ref>  branch, tag or commit to compare with; in a shallow clone fetch it first
  --help        this text

Goes to standard output, or to the file of GITHUB_STEP_SUMMARY.
Exit codes: 0 compared, 1 this tree or the base cannot be had, 2 the command line is wrong.
`;

const MANIFEST = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z.looseObject({
        templateFile: z.string().optional(),
        terminationProtection: z.boolean().default(false),
      }),
    }),
  ),
});

/** A stack as it is synthesized. */
export interface Stack {
  readonly template: Record<string, unknown>;
  readonly terminationProtection: boolean;
}

/** What another one in its place means, or its loss. */
const PRECIOUS: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'New recordings would go into an empty bucket, the old ones stay behind.',
  'AWS::KMS::Key': 'What the old key encrypted can be read only while that is kept.',
  'AWS::IAM::Role': "The new role's ARN is another: until it is handed over again, nobody can use it.",
};

/** Properties that protect recordings: a change of one is said aloud, whichever way it goes. */
const PROTECTING: Readonly<Record<string, string>> = {
  PublicAccessBlockConfiguration: 'public access',
  OwnershipControls: 'ownership of objects',
  BucketEncryption: 'encryption',
  LifecycleConfiguration: 'retention',
  VersioningConfiguration: 'versioning',
  EnableKeyRotation: 'key rotation',
};

const LOST: Readonly<Partial<Record<ResourceImpact, string>>> = {
  [ResourceImpact.WILL_REPLACE]: 'is replaced',
  [ResourceImpact.MAY_REPLACE]: 'may be replaced',
  [ResourceImpact.WILL_DESTROY]: 'leaves the stack and is deleted',
  [ResourceImpact.WILL_ORPHAN]: 'leaves the stack and stays in the account, where nothing looks after it',
};

const KEPT: ReadonlySet<unknown> = new Set(['Retain', 'RetainExceptOnCreate']);

const typeOf = (change: ResourceDifference): string =>
  change.oldResourceType ?? change.newResourceType ?? 'of unknown type';

/** What a person must see before anything else. */
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
    ...(lost === undefined || PRECIOUS[type] === undefined
      ? []
      : [`${name} ${lost}${list(' by another ', because)}. ${PRECIOUS[type]}`]),
    ...(change.isUpdate
      ? changed.flatMap(([property]) =>
          PROTECTING[property] === undefined
            ? []
            : [`${name}: its ${PROTECTING[property]} changes (${code(property)}).`],
        )
      : []),
    ...(change.isUpdate && unkept.length > 0
      ? [`${name} is no longer kept when it goes: ${unkept.map(code).join(', ')}.`]
      : []),
  ];
}

const list = (words: string, entries: readonly (readonly [string, unknown])[]): string =>
  entries.length === 0 ? '' : `${words}${entries.map(([name]) => code(name)).join(', ')}`;

/** What changes from one stack to another, as Markdown; of properties the names, never a value. */
export function stackLines(before: Stack | undefined, after: Stack | undefined): readonly string[] {
  if (after === undefined) {
    return ['Is no longer in the app. `cdk deploy` leaves it, and all that is in it, where it is.'];
  }
  const diff = fullDiff(before?.template ?? {}, after.template);
  const resources = Object.entries(diff.resources.changes);
  const loud = [
    ...(before !== undefined && diff.permissionsBroadened
      ? ['Permissions may be broadened, see below.']
      : []),
    ...resources.flatMap(([id, change]) => (before === undefined ? [] : warnings(id, change))),
    ...(before?.terminationProtection === true && !after.terminationProtection
      ? ['The stack may be deleted: its termination protection is switched off.']
      : []),
  ];
  const elsewhere = [diff.outputs, diff.parameters, diff.conditions, diff.mappings, diff.unknown].flatMap(
    ({ changes }) => Object.entries(changes),
  );
  const { iamChanges } = diff;
  // Each begins with its heads.
  const permissions = [iamChanges.summarizeStatements(), iamChanges.summarizeManagedPolicies()].flatMap(
    ([heads = [], ...statements]) => (statements.length === 0 ? [] : [table(heads, statements)]),
  );
  const rows = resources.map(([id, change]) => [
    code(id),
    code(typeOf(change)),
    change.changeImpact.toLowerCase().replace('_', ' '),
    [...Object.keys(change.propertyUpdates), ...Object.keys(change.otherChanges)].map(code).join(', '),
  ]);
  const isSame = rows.length === 0 && elsewhere.length === 0 && loud.length === 0;
  return [
    ...(before === undefined ? ['Is new.'] : []),
    ...(loud.length === 0 ? [] : [['> [!CAUTION]', ...loud.map((line) => `> - **${line}**`)].join('\n')]),
    ...(isSame ? ['Nothing changes.'] : []),
    ...(rows.length === 0 ? [] : [table(['Resource', 'Type', 'Effect', 'Changes'], rows)]),
    ...(elsewhere.length === 0 ? [] : [`${list('Outside the resources: ', elsewhere)}.`]),
    ...(before === undefined ? [] : permissions),
  ];
}

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

/** What would end the code or the table's cell is left out. */
const code = (name: string): string => `\`${name.replaceAll(/[`|\r\n]/g, '')}\``;
const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll(/\s*\n\s*/g, '<br>');

/** Synthesizes an app of a tree by that tree's own CLI, without validation: that is a check with its own job. */
function synthesized(tree: string, props: SynthProps): ReadonlyMap<string, Stack> {
  execFileSync(process.execPath, synthArguments(props), {
    cwd: tree,
    env: { ...ownEnvironment(), CDK_VALIDATION: 'false' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const json = (file: string): unknown => JSON.parse(readFileSync(path.join(props.folder, file), 'utf8'));
  return new Map(
    Object.entries(MANIFEST.parse(json('manifest.json')).artifacts)
      .filter(([, { type }]) => type === 'aws:cloudformation:stack')
      .map(([name, { properties }]) => {
        const { templateFile = `${name}.template.json`, terminationProtection } = properties;
        return [
          name,
          { template: z.record(z.string(), z.unknown()).parse(json(templateFile)), terminationProtection },
        ];
      }),
  );
}

/** Another state of the project, ready to be synthesized. */
interface BaseTree {
  readonly commit: string;
  readonly remove: () => void;
}

/** Checks a commit out into a folder. It shares the packages that are installed, unless its lockfile is another. */
function checkOut(root: string, ref: string, folder: string): BaseTree {
  let commit: string;
  try {
    commit = read('git', ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], root).trim();
  } catch (cause) {
    throw new Error(
      `--base: is no commit that is here, got ${JSON.stringify(ref)}. There is nothing to compare with. ` +
        'Name a branch, tag or commit; in a shallow clone fetch it first.',
      { cause },
    );
  }
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    read('git', ['worktree', 'prune'], root);
  };
  // A run that was killed may have left one.
  remove();
  read('git', ['worktree', 'add', '--detach', '--quiet', folder, commit], root);
  const lockfile = (tree: string): string => readFileSync(path.join(tree, 'package-lock.json'), 'utf8');
  if (lockfile(root) === lockfile(folder)) {
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  } else {
    try {
      read('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
    } catch (error) {
      remove();
      throw error;
    }
  }
  return { commit, remove };
}

/**
 * Compares a working tree with a commit. One at a time: it works below `.local/summary` of the tree.
 * @throws when this tree can't be synthesized; of the base the text says that
 */
export function summarize(root: string, ref: string, report: (line: string) => void): string {
  const scratch = path.join(root, '.local', 'summary');
  mkdirSync(scratch, { recursive: true });
  const baseFolder = path.join(scratch, 'base');
  const base = checkOut(root, ref, baseFolder);

  const section = (title: string, props: Omit<SynthProps, 'folder'>): readonly string[] => {
    const of = (tree: string, side: string): ReadonlyMap<string, Stack> =>
      synthesized(tree, {
        ...props,
        folder: path.join(scratch, `${props.app === undefined ? 'app' : 'ci'}-${side}`),
      });
    const after = of(root, 'after');
    let before: ReadonlyMap<string, Stack> | undefined;
    try {
      before = of(baseFolder, 'before');
    } catch (error) {
      // The base is what it is, and its faults are no reason to refuse what may mend them.
      report(`The base cannot be synthesized. ${String(error)}`);
    }
    const names = [...new Set([...(before?.keys() ?? []), ...after.keys()])].toSorted();
    return [
      `### ${title}`,
      ...(before === undefined
        ? ['The base cannot be synthesized, the log says why. All is shown as new.']
        : []),
      ...names.flatMap((name) => [`#### ${code(name)}`, ...stackLines(before?.get(name), after.get(name))]),
    ];
  };

  try {
    return `${[
      '## What this would change',
      `Compared with ${code(base.commit.slice(0, 12))}. No cloud was asked: what was changed there otherwise, and what it would refuse, is not in here. What changes in Azure is in the diff of the snapshots.`,
      ...section('AWS', { context: {} }),
      ...section('Trust for CI (`infra-aws/ci.ts`, deployed by a person)', TRUST_APP),
    ].join('\n\n')}\n`;
  } finally {
    base.remove();
  }
}

/** Answers the exit code. */
function main(args: readonly string[]): number {
  const options = { base: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
  let ref: string;
  try {
    const { base, help } = parseArgs({ args: [...args], options }).values;
    if (help === true) {
      console.log(HELP);
      return 0;
    }
    if (base === undefined || base === '') {
      throw new Error(
        '--base: missing, got nothing. There is nothing to compare with. Run `npm run summary -- --base origin/main`.',
      );
    }
    ref = base;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
  try {
    const text = summarize(ROOT, ref, (line) => console.error(line));
    const file = process.env['GITHUB_STEP_SUMMARY'];
    if (file === undefined || file === '') console.log(text);
    else appendFileSync(file, text);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

if (require.main === module) process.exitCode = main(process.argv.slice(2));
