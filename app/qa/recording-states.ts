/** Texts and mark of a state. */
interface StateText {
  readonly title: string;
  readonly detail: string;
  readonly mark: 'good' | 'open' | 'bad' | 'none';
  /** Replaces `detail` after a long wait. */
  readonly longDetail?: string;
  /** The page stops polling. */
  readonly isFinal?: true;
}

/** States of `GET /tavus/status/:conversation_id`, with texts for the person who talked. */
export const STATE_TEXTS = {
  'not-created': {
    title: 'Not recorded',
    detail: 'Tavus made no conversation.',
    mark: 'none',
    isFinal: true,
  },
  abandoned: {
    title: 'Not recorded',
    detail: 'The start was cut off, and what it had begun was ended.',
    mark: 'none',
    isFinal: true,
  },
  'not-expected': {
    title: 'Not recorded',
    detail: 'No recording was due.',
    mark: 'none',
    isFinal: true,
  },
  'no-call': {
    title: 'Not recorded',
    detail: 'The conversation had no participant, so no recording was due.',
    mark: 'none',
    isFinal: true,
  },
  starting: {
    title: 'Waiting for the recording',
    detail: 'The backend has not heard yet that a recording started.',
    mark: 'open',
  },
  recording: {
    title: 'Waiting for the recording',
    detail: 'The backend has not heard yet that the recording is over.',
    mark: 'open',
  },
  waiting: {
    title: 'Waiting for the recording',
    detail:
      'The room is being closed and the recording uploaded. That takes from some seconds to a few minutes.',
    longDetail: 'The call is over, and Tavus has not announced the recording.',
    mark: 'open',
  },
  announced: {
    title: 'Saved, says Tavus',
    detail: 'Tavus says that it is stored; this backend has not seen it in the bucket.',
    mark: 'good',
  },
  landed: {
    title: 'Saved',
    detail: 'The backend has seen the recording in the bucket.',
    mark: 'good',
    isFinal: true,
  },
  partial: {
    title: 'Saved in part',
    detail: 'A recording is in the bucket, but not as it should be. An operator is told.',
    mark: 'bad',
  },
  missing: {
    title: 'Missing',
    detail: 'The recording should be in the bucket and is not. An operator is told.',
    mark: 'bad',
  },
  unannounced: {
    title: 'Not announced',
    detail:
      'Tavus should have announced the recording and has not; this backend cannot look into the bucket. An operator is told.',
    mark: 'bad',
  },
  late: {
    title: 'Saved late',
    detail: 'The recording came after an operator had been told that it is missing.',
    mark: 'good',
    isFinal: true,
  },
  gone: {
    title: 'Gone',
    detail: 'The recording was in the bucket and is not there any more, before its day. An operator is told.',
    mark: 'bad',
    isFinal: true,
  },
  expired: {
    title: 'Expired',
    detail: 'The bucket deleted the recording on its day.',
    mark: 'none',
    isFinal: true,
  },
  erased: {
    title: 'Erased',
    detail: 'An operator had the recording deleted.',
    mark: 'none',
    isFinal: true,
  },
  back: {
    title: 'Back after its erasure',
    detail: 'Something was seen in the bucket after the recording was deleted. An operator is told.',
    mark: 'bad',
  },
  unwanted: {
    title: 'Recorded all the same',
    detail:
      'The conversation was recorded although it was not to be. An operator is told, and can delete the recording.',
    mark: 'bad',
  },
} as const satisfies Readonly<Record<string, StateText>>;

export type RecordingState = keyof typeof STATE_TEXTS;

export const describeState = (state: RecordingState): StateText => STATE_TEXTS[state];

/** Parses a state. An unknown one counts as `waiting`. */
export const readState = (name: string): RecordingState => (isState(name) ? name : 'waiting');

const isState = (name: string): name is RecordingState => Object.hasOwn(STATE_TEXTS, name);
