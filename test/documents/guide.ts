/** A block of code, as Markdown fences it. */
export interface Fence {
  /** Empty when none is given. */
  readonly language: string;
  /** Line of the guide that opens it, from 1. */
  readonly line: number;
  readonly body: string;
  /** The paragraph right before it; empty when there is none. */
  readonly lead: string;
}

/** Something short in a guide, and where. */
export interface Found {
  readonly line: number;
  readonly text: string;
}

/** A Markdown file, as far as it can be held to be true. */
export interface Guide {
  /** Path from the project's root, with forward slashes. */
  readonly file: string;
  /** The text, with an empty line for each line that is fenced. */
  readonly prose: readonly string[];
  readonly lines: readonly string[];
  readonly fences: readonly Fence[];
  /** Inline code. */
  readonly spans: readonly Found[];
  /** Targets of links and images. */
  readonly links: readonly Found[];
  /** What a link may have behind `#`. */
  readonly anchors: ReadonlySet<string>;
}

const FENCE = /^\s*(?<ticks>`{3,}|~{3,})\s*(?<language>[^\s`]*)/;
const SPAN = /(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g;
const LINK = /\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\s*\[[^\]]+\]:\s+(\S+)/g;

/** Reads a guide. */
export function parseGuide(file: string, text: string): Guide {
  const lines = text.split('\n');
  const { prose, fences } = withoutFences(lines);
  const found = (line: string, index: number, pattern: RegExp, group: (match: string[]) => string): Found[] =>
    [...line.matchAll(pattern)].map((match) => ({ line: index + 1, text: group(match) }));
  // A pipe in a table's cell is escaped, also in code.
  const spans = prose.flatMap((line, index) =>
    found(line, index, SPAN, ([, , code = '']) => code.trim().replaceAll('\\|', '|')),
  );
  const links = prose.flatMap((line, index) =>
    found(line.replaceAll(SPAN, ''), index, LINK, ([, inline, reference]) => inline ?? reference ?? ''),
  );
  return { file, prose, lines, fences, spans, links, anchors: anchorsOf(prose) };
}

function withoutFences(lines: readonly string[]): { prose: string[]; fences: Fence[] } {
  const prose: string[] = [];
  const fences: Fence[] = [];
  let closedAt = 0;
  let open: { ticks: string; language: string; line: number; body: string[]; lead: string } | undefined;
  for (const [index, line] of lines.entries()) {
    if (open === undefined) {
      const { ticks, language = '' } = FENCE.exec(line)?.groups ?? {};
      if (ticks === undefined) {
        prose.push(line);
        continue;
      }
      open = { ticks, language, line: index + 1, body: [], lead: lastParagraph(prose.slice(closedAt)) };
    } else if (line.trim().startsWith(open.ticks)) {
      fences.push({ ...open, body: open.body.join('\n') });
      open = undefined;
      closedAt = index;
    } else open.body.push(line);
    prose.push('');
  }
  if (open !== undefined) throw new Error(`line ${open.line}: the fence is never closed`);
  return { prose, fences };
}

/** The last lines that are not empty, with at most empty ones after them. */
function lastParagraph(prose: readonly string[]): string {
  const end = prose.findLastIndex((line) => line.trim() !== '') + 1;
  const begin = prose.slice(0, end).findLastIndex((line) => line.trim() === '') + 1;
  return prose.slice(begin, end).join('\n');
}

/** GitHub's anchors: of headings, of which the second of the same name gets `-1`, and of `id="..."`. */
function anchorsOf(prose: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const line of prose) {
    for (const [, id = ''] of line.matchAll(/\b(?:id|name)="([^"]+)"/g)) anchors.add(id);
    const heading = /^ {0,3}#{1,6}\s+(.+?)(?:\s+#+)?\s*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const slug = slugOf(heading);
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** A heading as GitHub makes an anchor of it: lower case, letters, digits, `-`, `_`, and a hyphen for each space. */
export function slugOf(heading: string): string {
  return heading
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}
