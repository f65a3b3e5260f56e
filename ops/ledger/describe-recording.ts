import { timeWords } from '../../app/ledger/fact-words';
import type { Summary } from '../../app/ledger/summary';

const MEBIBYTE = 1_048_576;

type Recording = Summary['recordings'][number];

/** State, size, length and expiry of a recording, as far as known. */
export const describeRecording = ({ whereabouts, bytes, durationSec, expiresAt }: Recording): string =>
  [
    whereabouts,
    ...(bytes === undefined ? [] : [`${(bytes / MEBIBYTE).toFixed(1)} MiB`]),
    ...(durationSec === undefined ? [] : [`${Math.round(durationSec)} s`]),
    ...(expiresAt === undefined ? [] : [`expires ${timeWords(expiresAt).slice(0, 10)}`]),
  ].join(', ');
