import { describeState, type RecordingState } from '../qa/recording-states';
import { size } from '../qa/texts';
import type { ListedConversation } from './answers';

/** Filters by state, by their name in the address. */
export const STATE_CHOICES: Readonly<
  Record<
    string,
    {
      readonly words: string;
      readonly states: readonly RecordingState[];
      readonly isHeld?: true;
      readonly none: string;
    }
  >
> = {
  all: { words: 'All', states: [], none: 'No conversation matches.' },
  attention: {
    words: 'Missing or faulty',
    states: ['missing', 'unannounced', 'partial', 'gone'],
    none: 'Nothing is missing, and all verified recordings are complete.',
  },
  stored: {
    words: 'In the bucket',
    states: ['landed', 'late'],
    none: 'No recording has been verified in the bucket.',
  },
  announced: {
    words: 'Announced by Tavus',
    states: ['announced'],
    none: 'No recording is only announced.',
  },
  open: {
    words: 'In progress',
    states: ['starting', 'recording', 'waiting'],
    none: 'No conversation is running, and no recording is pending.',
  },
  unrecorded: {
    words: 'Not recorded',
    states: ['not-expected', 'no-call', 'not-created', 'abandoned'],
    none: 'Every conversation was recorded.',
  },
  deleted: {
    words: 'Expired or erased',
    states: ['expired', 'erased'],
    none: 'No recording has expired or was erased.',
  },
  held: { words: 'On hold', states: [], isHeld: true, none: 'No recording is on hold.' },
  against: {
    words: 'Unwanted',
    states: ['unwanted', 'back'],
    none: 'No unwanted recording exists.',
  },
};

/** Text and mark of a state. */
export const badgeOf = (state: RecordingState) => ({
  words: state.charAt(0).toUpperCase() + state.slice(1).replaceAll('-', ' '),
  mark: describeState(state).mark,
});

const DAY: Intl.DateTimeFormatOptions = { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' };
export const formatDay = (iso: string): string => new Date(iso).toLocaleDateString('en-GB', DAY);
export const formatWeekday = (iso: string): string =>
  new Date(iso).toLocaleDateString('en-GB', { ...DAY, weekday: 'long' });
/** `09:58` */
export const formatClock = (iso: string): string => iso.slice(11, 16);
/** `2026-06-01 09:58:00 UTC` */
export const formatTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

/** `42 s`, `12 min 7 s`, `1 h 2 min` */
export function formatLength(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
export { size as formatSize };

const shortSize = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

export const titleOf = ({ name, conversation_id: id, start_id: start }: ListedConversation): string =>
  name ?? id ?? `Start ${start}`;

/** Details of a row in one line. */
export function describeRow({
  name,
  conversation_id: id,
  recording_count: count,
  ...row
}: ListedConversation): string {
  return [
    ...(name === undefined || id === undefined ? [] : [id]),
    ...(row.duration_sec === undefined ? [] : [formatLength(row.duration_sec)]),
    ...(row.size === undefined ? [] : [shortSize(row.size)]),
    ...(row.expires_at === undefined ? [] : [`until ${formatDay(row.expires_at)}`]),
    ...(count > 1 ? [`newest of ${count} recordings`] : []),
  ].join(' · ');
}

export const NO_CONVERSATION =
  'No conversation has been started with this ledger. If there were some, compare LEDGER_URL with the backend that started them.';

/** Shown when a search stopped before the oldest conversation. */
export const searchedBackTo = (iso: string): string =>
  `Conversations before ${formatDay(iso)} were not searched yet.`;
