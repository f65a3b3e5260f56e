import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import packageJson from '../../package.json';
import { pulumiConfigKey } from '../../contract/names';
import { SECRET_SETTINGS, SETTING_NAMES } from '../../contract/settings';
import { parseGuide, type Guide } from './guide';

export const ROOT = path.resolve(__dirname, '..', '..');

/** What there is for a guide to speak of. */
export interface Project {
  /** Files that git has or would take, by their path from the root. */
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
  /** Paths below what git ignores: made by a command, or by the reader. */
  readonly isIgnored: (place: string) => boolean;
  readonly scripts: ReadonlySet<string>;
  /** Programs that `npx` finds without asking the registry. */
  readonly isProgram: (name: string) => boolean;
  readonly settings: ReadonlySet<string>;
  /** Keys that the Pulumi program of a folder reads; none where there is no program. */
  readonly pulumiKeys: (folder: string) => ReadonlySet<string>;
  /** Whether a name stands anywhere in the project but in a guide. */
  readonly isInCode: (name: string) => boolean;
  /** Another guide, by its path. */
  readonly guide: (file: string) => Guide | undefined;
}

const git = (...args: readonly string[]): string[] =>
  execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\n').filter(Boolean);

export const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** Tracked files and those about to be. */
const FILES = git('ls-files', '--cached', '--others', '--exclude-standard').filter((file) =>
  existsSync(path.join(ROOT, file)),
);

/** Every guide of the project, also one that somebody has just begun. */
export const GUIDES = FILES.filter((file) => file.endsWith('.md'));

const foldersOf = (file: string): string[] =>
  file.split('/').flatMap((_, index, parts) => (index === 0 ? [] : [parts.slice(0, index).join('/')]));

/** Names in code; not those that the planted guides get wrong. */
function namesInCode(): ReadonlySet<string> {
  const sources = FILES.filter(
    (file) =>
      /\.(?:ts|tsx|js|mjs|json|ya?ml|py|toml|example)$|Dockerfile|\/run$/.test(file) &&
      !file.startsWith('test/documents/') &&
      file !== 'package-lock.json',
  );
  return new Set(sources.flatMap((file) => read(file).match(/[A-Za-z_][\w-]*/g) ?? []));
}

const pulumiProject = z.looseObject({ config: z.record(z.string(), z.unknown()).default({}) });

/** What the project's file declares; the backend's secrets are declared nowhere, on purpose. */
function pulumiKeys(folder: string): ReadonlySet<string> {
  const file = path.posix.join(folder, 'Pulumi.yaml');
  const declared = FILES.includes(file) ? Object.keys(pulumiProject.parse(parse(read(file))).config) : [];
  return new Set([...declared, ...(file === 'Pulumi.yaml' ? SECRET_SETTINGS.map(pulumiConfigKey) : [])]);
}

/** The project as it is. */
export function thisProject(): Project {
  const inCode = namesInCode();
  const folders = new Set(FILES.flatMap(foldersOf));
  const guides = new Map<string, Guide>();
  return {
    files: new Set(FILES),
    folders,
    isIgnored: (place) =>
      spawnSync('git', ['check-ignore', '--quiet', '--no-index', '--', `${place}/`], { cwd: ROOT }).status ===
      0,
    scripts: new Set(Object.keys(packageJson.scripts)),
    isProgram: (name) =>
      Object.hasOwn(packageJson.bin, name) || existsSync(path.join(ROOT, 'node_modules', '.bin', name)),
    settings: new Set(SETTING_NAMES),
    pulumiKeys,
    isInCode: (name) => inCode.has(name),
    guide: (file) => {
      if (!guides.has(file) && GUIDES.includes(file)) guides.set(file, parseGuide(file, read(file)));
      return guides.get(file);
    },
  };
}
