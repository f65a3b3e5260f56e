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
    detail: 'Tavus created no conversation.',
    mark: 'none',
    isFinal: true,
  },
  abandoned: {
    title: 'Not recorded',
    detail: 'The start was interrupted. If a conversation was created, it was ended.',
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
    detail: 'No page has reported yet that a recording started.',
    mark: 'open',
  },
  recording: {
    title: 'Waiting for the recording',
    detail: 'No page has reported yet that the recording is over.',
    mark: 'open',
  },
  waiting: {
    title: 'Waiting for the recording',
    detail: 'The room is being closed and the recording uploaded. This takes a few seconds to a few minutes.',
    longDetail: 'The call is over, and Tavus has not announced the recording.',
    mark: 'open',
  },
  announced: {
    title: 'Saved, as reported by Tavus',
    detail: 'Tavus reports that it is stored. This backend has not verified it in the bucket.',
    mark: 'good',
  },
  landed: {
    title: 'Saved',
    detail: 'The backend has verified the recording in the bucket.',
    mark: 'good',
    isFinal: true,
  },
  partial: {
    title: 'Saved in part',
    detail: 'A recording is in the bucket, but it is faulty. An operator is notified.',
    mark: 'bad',
  },
  missing: {
    title: 'Missing',
    detail: 'The recording should be in the bucket but is not. An operator is notified.',
    mark: 'bad',
  },
  unannounced: {
    title: 'Not announced',
    detail:
      'Tavus should have announced the recording but has not, and this backend cannot read the bucket. An operator is notified.',
    mark: 'bad',
  },
  late: {
    title: 'Saved late',
    detail: 'The recording arrived after an operator was notified that it was missing.',
    mark: 'good',
    isFinal: true,
  },
  gone: {
    title: 'Gone',
    detail:
      'The recording was in the bucket but was deleted before its expiry date. An operator is notified.',
    mark: 'bad',
    isFinal: true,
  },
  expired: {
    title: 'Expired',
    detail: 'The bucket deleted the recording on its expiry date.',
    mark: 'none',
    isFinal: true,
  },
  erased: {
    title: 'Erased',
    detail: 'An operator deleted the recording.',
    mark: 'none',
    isFinal: true,
  },
  back: {
    title: 'Found again after its erasure',
    detail: 'An object was found in the bucket after the recording was deleted. An operator is notified.',
    mark: 'bad',
  },
  unwanted: {
    title: 'Recorded by mistake',
    detail:
      'The conversation was recorded although it should not have been. An operator is notified and can delete the recording.',
    mark: 'bad',
  },
} as const satisfies Readonly<Record<string, StateText>>;

export type RecordingState = keyof typeof STATE_TEXTS;

export const describeState = (state: RecordingState): StateText => STATE_TEXTS[state];

/** Parses a state. An unknown one counts as `waiting`. */
export const readState = (name: string): RecordingState => (isState(name) ? name : 'waiting');

const isState = (name: string): name is RecordingState => Object.hasOwn(STATE_TEXTS, name);
