import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { TRUST_APP } from '../synth';
import { awsStacks } from './aws-stacks';
import { checkOutBase } from './base-tree';
import { markdown, type Comparison } from './markdown';

export interface SummarizeProps {
  /** Root of the working tree that is compared, as it is there. */
  readonly root: string;
  /** Whatever git takes for a commit. */
  readonly base: string;
  /** Told what goes on, and why the base could not be looked at. */
  readonly report: (line: string) => void;
}

/**
 * What a working tree would change in both clouds, compared with a commit, as Markdown. One at a time: it works below
 * `.local/summary` of the tree.
 * @throws when this tree can't be synthesized or its program refuses; of the base the text says that
 */
export async function summarize({ root, base, report }: SummarizeProps): Promise<string> {
  const scratch = path.join(root, '.local', 'summary');
  mkdirSync(scratch, { recursive: true });
  const tree = checkOutBase(root, base, path.join(scratch, 'base'));

  /** Looks at both. The base is what it is, and its faults are no reason to refuse what may mend them. */
  async function compare<T>(
    what: string,
    look: (tree: string, folder: string) => Promise<T>,
  ): Promise<Comparison<T>> {
    const started = performance.now();
    const folder = (side: string): string => {
      const made = path.join(scratch, `${what}-${side}`.replaceAll(' ', '-'));
      mkdirSync(made, { recursive: true });
      return made;
    };
    const [before, after] = await Promise.allSettled([
      look(tree.folder, folder('before')),
      look(root, folder('after')),
    ]);
    if (after.status === 'rejected') throw after.reason;
    if (before.status === 'rejected') report(`The base could not be looked at. ${String(before.reason)}`);
    report(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    return { before: before.status === 'fulfilled' ? before.value : undefined, after: after.value };
  }

  try {
    return markdown({
      base: tree.commit,
      recordings: await compare('recordings', (at, folder) => awsStacks(at, { folder, context: {} })),
      trust: await compare('trust for CI', (at, folder) => awsStacks(at, { folder, ...TRUST_APP })),
    });
  } finally {
    tree.remove();
  }
}
