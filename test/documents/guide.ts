import { readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '..', '..');

export const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** A fenced code block. */
export interface Fence {
  /** Empty if none is given. */
  readonly language: string;
  readonly body: string;
  /** The paragraph before it; empty if there is none. */
  readonly lead: string;
}

/** A text in a guide, with its line. */
export interface FoundText {
  readonly line: number;
  readonly text: string;
}

/** The checkable parts of a Markdown file. */
export interface Guide {
  /** Path from the project's root, with forward slashes. */
  readonly file: string;
  readonly fences: readonly Fence[];
  /** Inline code. */
  readonly spans: readonly FoundText[];
  /** Targets of links and images. */
  readonly links: readonly FoundText[];
  /** Valid fragments of links. */
  readonly anchors: ReadonlySet<string>;
}

const FENCE = /^\s*(?<ticks>`{3,})(?<language>\w*)\s*$/;
const SPAN = /`([^`]+)`/g;
const LINK = /\]\(([^)\s]+)\)/g;

/** Reads a guide. */
export function parseGuide(file: string, text: string): Guide {
  const prose: string[] = [];
  const fences: Fence[] = [];
  let open: { ticks: string; language: string; lead: string; body: string[] } | undefined;
  for (const row of text.split('\n')) {
    const { ticks, language = '' } = FENCE.exec(row)?.groups ?? {};
    if (open !== undefined && row.trim() === open.ticks) {
      fences.push({ ...open, body: open.body.join('\n') });
      open = undefined;
    } else if (open !== undefined) open.body.push(row);
    else if (ticks !== undefined) open = { ticks, language, lead: lastParagraph(prose), body: [] };
    // Fenced lines become empty lines, so that line numbers stay the same.
    prose.push(open === undefined && ticks === undefined ? row : '');
  }
  if (open !== undefined) throw new Error(`${file}: a fence is never closed.`);
  const found = (pattern: RegExp, of: (row: string) => string = (row) => row): FoundText[] =>
    prose.flatMap((row, index) =>
      [...of(row).matchAll(pattern)].map(([, inner = '']) => ({ line: index + 1, text: inner })),
    );
  return {
    file,
    fences,
    // A pipe in a table's cell is escaped, also in code.
    spans: found(SPAN).map((span) => ({ ...span, text: span.text.replaceAll(String.raw`\|`, '|') })),
    links: found(LINK, (row) => row.replaceAll(SPAN, '')),
    anchors: anchorsOf(prose),
  };
}

/** The last paragraph, followed by at most one empty line. */
function lastParagraph(prose: readonly string[]): string {
  const paragraph: string[] = [];
  const rows = prose.at(-1)?.trim() === '' ? prose.slice(0, -1) : prose;
  for (const row of rows.toReversed()) {
    if (row.trim() === '') break;
    paragraph.unshift(row);
  }
  return paragraph.join('\n');
}

/** GitHub's anchors of headings, where a second one of the same name gets `-1`; and those of `id="..."`. */
function anchorsOf(prose: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const row of prose) {
    for (const [, id = ''] of row.matchAll(/\bid="([^"]+)"/g)) anchors.add(id);
    const heading = /^#{1,6}\s+(.+?)\s*$/.exec(row)?.[1];
    if (heading === undefined) continue;
    const slug = heading
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** A command: its program and arguments. */
export type GuideCommand = readonly string[];

/** Commands of a block without quotes, one per line, without comments. */
export const commandsOf = ({ body }: Fence): GuideCommand[] =>
  body
    .split('\n')
    .map((row) => row.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((row) => row !== '')
    .map((row) => row.split(/\s+/));
