import path from 'node:path';
import type { Guide } from '../guide';
import type { Project } from '../project';

/** A stack's file, which a person makes as some guide says, and which git then has. */
const MADE_BY_A_PERSON = /(?:^|\/)Pulumi\.[\w<>-]+\.yaml$/;
const SOURCE_FILE = /\.(?:ts|tsx|mjs|js|json|md|ya?ml|py|css|html|snap)$/;
/** `tsx/cjs` is a package's, `video/mp4` nobody's; a path begins with a folder of ours, or ends like a file. */
const PATH = /^\.{0,2}[\w@.<>*-]*(?:\/[\w@.<>*-]+)*\/?$/;

/** Files and folders that are named in code, inline or in a block for a shell, are there. */
export function places(guide: Guide, project: Project): string[] {
  const blocks = guide.fences.filter(({ language }) => language === 'sh');
  const made = filesMadeIn(guide);
  const named = [
    ...guide.spans.flatMap(({ line, text }) => [
      ...(isPath(text, project) ? [{ line, text }] : []),
      ...inside(text, project).map((place) => ({ line, text: place })),
    ]),
    ...blocks.flatMap(({ body, line }) =>
      body
        .split('\n')
        .flatMap((row, index) =>
          inside(row, project).map((place) => ({ line: line + 1 + index, text: place })),
        ),
    ),
  ];
  return named
    .filter(({ text }) => !made.has(text) && !isThere(text, guide, project))
    .map(
      ({ line, text }) =>
        `${guide.file}:${line}: \`${text}\` is not there: git has no such file or folder. ` +
        'Correct the path, or show the file in a block whose paragraph right before names it.',
    );
}

/** Files that the guide has its reader make: named in code right before the block that shows them. */
const filesMadeIn = ({ fences }: Guide): ReadonlySet<string> =>
  new Set(fences.flatMap(({ lead }) => [...lead.matchAll(/`([\w.-]+\.\w+)`/g)].map(([, name = '']) => name)));

const firstFolder = (place: string): string => place.split('/', 1).join('');

function isPath(text: string, { folders }: Project): boolean {
  if (!PATH.test(text)) return false;
  const base = path.posix.basename(text);
  if (SOURCE_FILE.test(text)) return !base.startsWith('.') || base.includes('.', 1);
  return text.includes('/') && folders.has(firstFolder(text));
}

/** Paths in the middle of a command: only those that begin with a folder of ours. */
function inside(text: string, { folders }: Project): string[] {
  const words = text.match(/(?<![\w./:@<-])[\w.-]+(?:\/[\w.@<>*-]+)+\/?/g) ?? [];
  return words.length === 1 && words[0] === text
    ? []
    : words.map((word) => word.replace(/[.,:]+$/, '')).filter((word) => folders.has(firstFolder(word)));
}

function isThere(named: string, guide: Guide, project: Project): boolean {
  const place = path.posix.normalize(named).replace(/\/$/, '');
  const here = path.posix.join(path.posix.dirname(guide.file), place);
  if (MADE_BY_A_PERSON.test(place)) return true;
  if (/[*<]/.test(place)) return hasMatch(place, project);
  return (
    [place, here].some((one) => project.files.has(one) || project.folders.has(one)) ||
    isNamedWithoutFolder(place, project) ||
    project.isIgnored(place)
  );
}

/** "`config.ts` reads ..." and "`stack/open-stack.ts`" are clear enough beside the folder's name. */
const isNamedWithoutFolder = (place: string, { files, folders }: Project): boolean =>
  !folders.has(firstFolder(place)) && [...files].some((file) => file.endsWith(`/${place}`));

/** With `*` or a placeholder in it a path means any file that fits. */
function hasMatch(place: string, { files, folders }: Project): boolean {
  const parts = place.replaceAll(/<[^>]*>/g, '*').split(/(\*+)/);
  const pattern = parts
    .map((part) => {
      if (!part.startsWith('*')) return part.replaceAll(/[.+()[\]{}$^|?\\]/g, String.raw`\$&`);
      return part === '**' ? '.*' : '[^/]*';
    })
    .join('');
  const fits = new RegExp(`^(?:.*/)?${pattern}$`);
  return [...files, ...folders].some((file) => fits.test(file));
}

/** Links lead somewhere, with what stands behind `#`. Addresses elsewhere are not asked: the tests have no network. */
export function links(guide: Guide, project: Project): string[] {
  return guide.links
    .filter(({ text }) => !/^[a-z][a-z+.-]*:/i.test(text))
    .flatMap(({ line, text }) => {
      const [target = '', anchor] = text.split('#', 2);
      const file =
        target === ''
          ? guide.file
          : path.posix.join(path.posix.dirname(guide.file), decodeURI(target)).replace(/\/$/, '');
      const where = `${guide.file}:${line}: the link to ${text}`;
      if (file !== guide.file && !project.files.has(file) && !project.folders.has(file)) {
        return [`${where} leads nowhere: git has no ${file}.`];
      }
      const { anchors } = (file === guide.file ? guide : project.guide(file)) ?? {};
      if (anchor === undefined || anchors === undefined || anchors.has(anchor)) return [];
      return [`${where} leads to no heading: ${file} has no #${anchor}.`];
    });
}
