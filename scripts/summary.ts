import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { read, ROOT } from './command';
import { code, type SynthesizedStack, stackLines } from './stack-changes';
import { ownEnvironment, synthArguments, type SynthProps, CI_IDENTITY_APP } from './synth';

const HELP = `Prints what this tree would change in AWS, compared with a commit, as Markdown: added, removed, changed and replaced
resources, and permissions. Sends no request to a cloud. For Azure see the diff of test/infra-azure/__snapshots__.

  npm run summary -- --base origin/main

Options
  --base <ref>  branch, tag or commit to compare with; in a shallow clone fetch it first
  --help        this text

Prints to standard output, or to the file in GITHUB_STEP_SUMMARY.
Exit codes: 0 compared, 1 this tree cannot be synthesized or the base cannot be checked out, 2 the command line is wrong.
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

/** Synthesizes an app of a tree with that tree's CLI. Without validation, which is a separate check. */
function synthesized(tree: string, props: SynthProps): ReadonlyMap<string, SynthesizedStack> {
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

/** Another commit of the project, checked out. */
interface BaseTree {
  readonly commit: string;
  readonly remove: () => void;
}

/** Checks a commit out into a folder. It shares the installed packages if the lockfile is the same. */
function checkOut(root: string, ref: string, folder: string): BaseTree {
  let commit: string;
  try {
    commit = read('git', ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], root).trim();
  } catch (cause) {
    throw new Error(
      `--base: is not a known commit, got ${JSON.stringify(ref)}. There is nothing to compare with. ` +
        'Use a branch, tag or commit; in a shallow clone fetch it first.',
      { cause },
    );
  }
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    read('git', ['worktree', 'prune'], root);
  };
  // A killed run may have left a worktree.
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
 * Compares a working tree with a commit. Runs cannot overlap: they share `.local/summary` of the tree.
 * @throws if this tree cannot be synthesized; if the base cannot, the summary says so
 */
export function summarize(root: string, ref: string, report: (line: string) => void): string {
  const scratch = path.join(root, '.local', 'summary');
  mkdirSync(scratch, { recursive: true });
  const baseFolder = path.join(scratch, 'base');
  const base = checkOut(root, ref, baseFolder);

  const section = (title: string, props: Omit<SynthProps, 'folder'>): readonly string[] => {
    const of = (tree: string, side: string): ReadonlyMap<string, SynthesizedStack> =>
      synthesized(tree, {
        ...props,
        folder: path.join(scratch, `${props.app === undefined ? 'app' : 'ci'}-${side}`),
      });
    const after = of(root, 'after');
    let before: ReadonlyMap<string, SynthesizedStack> | undefined;
    try {
      before = of(baseFolder, 'before');
    } catch (error) {
      // A broken base must not fail the change that may repair it.
      report(`The base cannot be synthesized. ${String(error)}`);
    }
    const names = [...new Set([...(before?.keys() ?? []), ...after.keys()])].toSorted();
    return [
      `### ${title}`,
      ...(before === undefined
        ? ['The base cannot be synthesized, see the log. Everything is listed as new.']
        : []),
      ...names.flatMap((name) => [`#### ${code(name)}`, ...stackLines(before?.get(name), after.get(name))]),
    ];
  };

  try {
    return `${[
      '## What this would change',
      `Compared with ${code(base.commit.slice(0, 12))}, without a request to a cloud: drift and refusals are not included. For Azure see the diff of the snapshots.`,
      ...section('AWS', { context: {} }),
      ...section('CI identity (`infra-aws/ci.ts`, deployed by a person)', CI_IDENTITY_APP),
    ].join('\n\n')}\n`;
  } finally {
    base.remove();
  }
}

/** Runs the command and returns the exit code. */
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
