import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { read, ROOT } from './command';
import { code, type Stack, stackLines } from './stack-changes';
import { ownEnvironment, synthArguments, type SynthProps, CI_IDENTITY_APP } from './synth';

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
      ...section('Trust for CI (`infra-aws/ci.ts`, deployed by a person)', CI_IDENTITY_APP),
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
