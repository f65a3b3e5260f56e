import * as z from 'zod';

/**
 * Speakers of a transcript and their names for viewers. Other entries, such as the prompt in `system` ones, are dropped.
 */
const SPEAKERS: ReadonlyMap<string, string> = new Map([
  ['user', 'User'],
  ['assistant', 'Replica'],
  ['replica', 'Replica'],
]);

/** A longer caption would cover the picture. */
const MOST_CHARS = 90;

/** Used when neither the entry nor the next one tells when it ends. */
const DEFAULT_SEC = 4;

/** Longer than any call; a larger difference means that the time is something else. */
const DAY_SEC = 86_400;

/**
 * Entries have times since May 2026 (Tavus changelog, read 2026-11-22). `timestamp` was observed as seconds and as ISO
 * text.
 */
const entry = z.object({
  role: z.string(),
  content: z.string(),
  seconds_from_start: z.number().min(0).max(DAY_SEC),
  duration: z.number().min(0).max(DAY_SEC).optional().catch(undefined),
  timestamp: z.union([z.number(), z.string()]).optional().catch(undefined),
});
type Entry = z.output<typeof entry>;

interface Cue {
  readonly fromSec: number;
  readonly toSec: number;
  readonly speaker: string;
  readonly text: string;
}

/** NaN: it has no time of day. Text without a zone is UTC, as all of Tavus's. */
function epochSecOf({ timestamp = '' }: Entry): number {
  if (typeof timestamp === 'number') return timestamp;
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(timestamp);
  return Date.parse(hasZone ? timestamp : `${timestamp}Z`) / 1000;
}

/**
 * Captions of one recording as WebVTT, from the transcript of its conversation. A conversation may have several recordings.
 * If entries have a time of day, captions are shifted to the beginning of this recording; otherwise it is assumed to begin
 * with the conversation.
 *
 * @param transcript as Tavus sends it
 * @param startedMs when the recording began, epoch ms
 * @returns undefined when no entry has text and times
 */
export function captionsOf(transcript: readonly unknown[], startedMs: number): string | undefined {
  const entries = transcript
    .flatMap((one) => entry.safeParse(one).data ?? [])
    .toSorted((one, other) => one.seconds_from_start - other.seconds_from_start);
  const offsetSec = entries
    .map((one) => startedMs / 1000 - (epochSecOf(one) - one.seconds_from_start))
    .find((seconds) => Math.abs(seconds) < DAY_SEC);
  const cues = entries
    .flatMap((one, index) => cuesOf(one, entries[index + 1], offsetSec ?? 0))
    .filter(({ toSec }) => toSec > 0 && toSec < DAY_SEC);
  if (cues.length === 0) return undefined;
  return `WEBVTT\n\n${cues.map(cueText).join('\n')}`;
}

function cuesOf(one: Entry, next: Entry | undefined, offsetSec: number): readonly Cue[] {
  const speaker = SPEAKERS.get(one.role);
  if (speaker === undefined) return [];
  const untilNext = next === undefined ? DEFAULT_SEC : next.seconds_from_start - one.seconds_from_start;
  const lengthSec = one.duration ?? Math.min(DEFAULT_SEC, untilNext);
  const parts = partsOf(one.content);
  const all = parts.join('').length;
  let fromSec = one.seconds_from_start - offsetSec;
  return parts.map((text) => {
    const cue = { fromSec, toSec: fromSec + (lengthSec * text.length) / all, speaker, text };
    fromSec = cue.toSec;
    return cue;
  });
}

/** Splits text between words into readable parts. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const last = parts.at(-1);
    if (last === undefined || last.length + word.length >= MOST_CHARS) parts.push(word);
    else parts[parts.length - 1] = `${last} ${word}`;
  }
  return parts;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const cueText = ({ fromSec, toSec, speaker, text }: Cue): string =>
  `${timeText(fromSec)} --> ${timeText(toSec)}\n<v ${speaker}>${text.replaceAll(/[&<>]/g, (sign) => ESCAPES[sign] ?? '')}\n`;

/** WebVTT time: `00:01:02.345`. */
function timeText(seconds: number): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  return new Date(ms).toISOString().slice(11, 23);
}
