import { defined } from '../../../contract/defined';
import type { LedgerState } from '../../../app/ledger/states';
import type { Cause } from '../../../app/watch/causes';
import { BUCKET } from '../helpers';
import { film } from '../recordings/film';
import { CLIP } from '../recordings/media';
import type { SimulatedCaller } from './simulated-cloud';

/** The expected result of a call. */
export interface ExpectedOutcome {
  readonly state: LedgerState;
  readonly cause?: Cause | 'not-wanted';
  /** A report is expected. */
  readonly isTold?: true;
  /** A withdrawal of the report is expected. */
  readonly isLate?: true;
}

/** The events of one call, and the expected result without bucket access. */
export interface SimulatedCall extends ExpectedOutcome {
  /** The expected result with bucket access. @default the same, with the states for seen recordings */
  readonly seen?: ExpectedOutcome;
  /** Body of the start. @default one with consent */
  readonly body?: object;
  /** Only the daily reconciliation can find it. */
  readonly isFoundDaily?: true;
  /** No callback arrives. */
  readonly isDeaf?: true;
  /** Callbacks are duplicated and reordered. */
  readonly isMessy?: true;
  readonly plan: (call: CallScript) => void;
}

/** The expected result of a call. */
export function outcomeOf(call: SimulatedCall, maySee: boolean): ExpectedOutcome {
  if (!maySee) return call;
  const { state, cause, isTold, isLate } = call;
  const seen = {
    state: state === 'announced' ? 'landed' : state === 'unannounced' ? 'missing' : state,
    ...defined({ cause: cause === 'not-announced' ? 'not-stored' : cause, isTold, isLate }),
  } as const;
  return call.seen ?? seen;
}

/** A running call; times are seconds after its start. */
export class CallScript {
  private readonly startMs: number;

  constructor(readonly caller: SimulatedCaller) {
    this.startMs = caller.cloud.time.now();
  }

  at(second: number, run: () => void | Promise<void>): void {
    this.caller.cloud.time.in(second, run);
  }

  page(second: number, event: string, given: Parameters<SimulatedCaller['page']>[1] = {}): void {
    this.at(second, () => this.caller.page(event, given));
  }

  /** A participant joins. @param session empty: the page does not report it */
  joins(second: number, session = 'one'): void {
    this.at(second, () => this.caller.join(session));
  }

  /** A page joins, requests the recording, and gets its start event. */
  records(second: number, session = 'one', recording = 1): void {
    this.joins(second, session);
    this.page(second + 1, 'asked', { session });
    this.page(second + 3, 'recording-started', { session, recording });
  }

  /** The person leaves, and the room closes after its timeout. */
  leaves(second: number, session = 'one'): void {
    if (session !== '') this.page(second, 'left', { session });
    this.ends(second + 30, 'participant_left_timeout reached');
  }

  ends(second: number, reason: string): void {
    const { cloud, conversation } = this.caller;
    this.at(second, () => cloud.end(conversation, reason));
  }

  endsByPage(second: number): void {
    this.at(second, () => this.caller.endByPage());
  }

  /** Puts a recording into the bucket. @param change how it differs from an intact one */
  stores(
    second: number,
    start: number,
    durationSec: number,
    change: (body: Uint8Array) => Uint8Array = (body) => body,
    encryption = 's3',
  ): void {
    this.at(second, async () => {
      const { bucket } = this.caller.cloud;
      bucket.put(this.keyAt(start), change(await film(durationSec)), { encryption });
    });
  }

  /** Deletes a recording. */
  deletes(second: number, start: number): void {
    this.at(second, () => void this.caller.cloud.bucket.mark(this.keyAt(start)));
  }

  /** Uploads parts, one every five minutes, from its start up to a time. @param isCompleted whether the upload is completed then */
  uploads(start: number, until: number, isCompleted: boolean): void {
    const { bucket, time } = this.caller.cloud;
    const key = this.keyAt(start);
    const upload = { key, uploadId: key, startedMs: time.now() + start * 1000 };
    for (let second = start; second <= until; second += 300) {
      this.at(second, () => bucket.addUpload({ ...upload, lastPartMs: time.now() }));
    }
    if (isCompleted) this.at(until, () => bucket.endUpload(key));
  }

  /** Tavus announces, at a time, a recording that began at another; by default it is in the bucket then. */
  ready(
    second: number,
    start: number,
    durationSec: number,
    given: { readonly bucket?: string; readonly isLogged?: boolean; readonly isStored?: false } = {},
  ): void {
    if (given.bucket === undefined && given.isStored !== false) this.stores(second, start, durationSec);
    this.tells(
      second,
      'application.recording_ready',
      { ...this.recording(start, durationSec), bucket_name: given.bucket ?? BUCKET },
      given.isLogged,
    );
  }

  copyFailed(second: number, start: number, durationSec: number): void {
    this.tells(second, 'application.recording_copy_failed', {
      ...this.recording(start, durationSec),
      error_code: 'DESTINATION_AUTH_FAILED',
    });
  }

  private keyAt(start: number): string {
    return `tavus/${this.caller.id}/${this.startMs + start * 1000}`;
  }

  private recording(start: number, durationSec: number): object {
    return {
      s3_key: this.keyAt(start),
      duration: durationSec,
      storage_provider: 's3',
    };
  }

  private tells(second: number, type: string, properties: object, isLogged = true): void {
    const { cloud, conversation } = this.caller;
    this.at(second, () => cloud.tell(conversation, type, properties, isLogged));
  }
}

const GOOD: SimulatedCall = {
  state: 'announced',
  plan(call) {
    call.records(6);
    call.leaves(400);
    call.ready(450, 9, 421);
  },
};

/** An announcement, with the real object. */
const flawed = (cause: Cause, store: (call: CallScript) => void): SimulatedCall => ({
  state: 'announced',
  seen: { state: 'partial', cause, isTold: true },
  plan(call) {
    call.records(6);
    call.leaves(400);
    store(call);
    call.ready(450, 9, 421, { isStored: false });
  },
});

const half = (body: Uint8Array): Uint8Array => body.slice(0, body.byteLength / 2);
/** Random bytes are not a video. */
const noise = (body: Uint8Array): Uint8Array => body.map((byte, index) => (byte * 31 + index * 7) % 251);

/** Every cause, similar cases, and good calls. */
export const CALLS: Readonly<Record<string, SimulatedCall>> = {
  good: GOOD,
  'callbacks come twice and in disorder': { ...GOOD, isMessy: true },
  'no callback comes, and Tavus’s log has everything': { ...GOOD, isDeaf: true },
  'stopped by the person': {
    state: 'announced',
    plan(call) {
      call.records(6);
      call.page(100, 'recording-stopped', { recording: 1 });
      call.ready(130, 9, 91);
      call.leaves(400);
    },
  },
  'two tabs': {
    state: 'announced',
    plan(call) {
      call.records(6);
      call.joins(60, 'two');
      call.page(61, 'recording-started', { session: 'two', recording: 1 });
      call.page(200, 'left', { session: 'two' });
      call.leaves(400);
      call.ready(450, 9, 421);
    },
  },
  'the second tab is refused while the first records': {
    state: 'announced',
    plan(call) {
      call.records(6);
      call.joins(60, 'two');
      call.page(61, 'asked', { session: 'two' });
      call.page(62, 'recording-error', { session: 'two', message: 'not allowed' });
      call.leaves(400);
      call.ready(450, 9, 421);
    },
  },
  'delivered again under the same key': {
    state: 'announced',
    plan(call) {
      GOOD.plan(call);
      call.ready(700, 9, 421);
      call.ready(5000, 9, 421);
    },
  },
  'the plan ends the call after 85 s': {
    state: 'announced',
    plan(call) {
      call.records(6);
      call.ends(85, 'max_call_duration reached');
      call.ready(120, 9, 76);
    },
  },
  'a page that reports nothing, with a good recording': {
    state: 'announced',
    plan(call) {
      call.joins(6, '');
      call.leaves(400, '');
      call.ready(450, 9, 421);
    },
  },
  'a page of the version before': {
    state: 'announced',
    plan(call) {
      call.joins(6, '');
      call.page(9, 'recording-started', { session: 'none' });
      call.page(400, 'recording-stopped', { session: 'none' });
      call.leaves(400, '');
      call.ready(450, 9, 421);
    },
  },
  'refused, and mended at once': {
    state: 'announced',
    plan(call) {
      call.joins(6);
      call.page(7, 'asked');
      call.page(9, 'recording-error', { message: 'not allowed' });
      call.page(30, 'asked');
      call.page(33, 'recording-started', { recording: 1 });
      call.leaves(400);
      call.ready(450, 33, 397);
    },
  },
  'not copied, and then delivered': {
    state: 'announced',
    plan(call) {
      call.records(6);
      call.leaves(400);
      call.copyFailed(450, 9, 421);
      call.ready(600, 9, 421);
    },
  },
  'a long one that is uploaded slowly': {
    state: 'announced',
    plan(call) {
      call.records(6);
      call.ends(7200, 'max_call_duration reached');
      call.ready(7200 + 1700, 9, 7191);
    },
  },
  declined: {
    state: 'not-expected',
    cause: 'not-wanted',
    body: { recording: false },
    plan(call) {
      call.joins(6);
      call.leaves(400);
    },
  },
  'no participant joined': { state: 'no-call', plan: () => undefined },
  'the tab was closed before it joined': {
    state: 'no-call',
    plan(call) {
      call.page(40, 'left');
      call.endsByPage(41);
    },
  },
  'too short': {
    state: 'not-expected',
    plan(call) {
      call.records(6);
      call.page(17, 'recording-stopped', { recording: 1 });
      call.leaves(60);
    },
  },
  'it was not requested': {
    state: 'unannounced',
    cause: 'not-asked',
    isTold: true,
    plan(call) {
      call.joins(6);
      call.leaves(400);
    },
  },
  'the room refused': {
    state: 'unannounced',
    cause: 'room-refused',
    isTold: true,
    plan(call) {
      call.joins(6);
      call.page(7, 'asked');
      call.page(9, 'recording-error', { message: 'You are not allowed to record.' });
      call.leaves(400);
    },
  },
  'the role was refused': {
    state: 'unannounced',
    cause: 'role-refused',
    isTold: true,
    plan(call) {
      call.joins(6);
      call.page(7, 'asked');
      call.page(9, 'recording-error', { message: 'Error fetching STS credentials' });
      call.leaves(400);
    },
  },
  'it broke off': {
    state: 'unannounced',
    cause: 'broke-off',
    isTold: true,
    plan(call) {
      call.records(6);
      call.page(120, 'recording-error', { message: 'something broke' });
      call.leaves(400);
    },
  },
  'it broke off, and the recorded part arrived later': {
    state: 'late',
    isTold: true,
    isLate: true,
    plan(call) {
      call.records(6);
      call.page(120, 'recording-error', { message: 'something broke' });
      call.leaves(400);
      call.ready(900, 9, 111);
    },
  },
  'not copied': {
    state: 'unannounced',
    cause: 'not-copied',
    isTold: true,
    plan(call) {
      call.records(6);
      call.leaves(400);
      call.copyFailed(450, 9, 421);
    },
  },
  misplaced: {
    state: 'unannounced',
    cause: 'misplaced',
    isTold: true,
    plan(call) {
      call.records(6);
      call.leaves(400);
      call.ready(450, 9, 421, { bucket: 'somebody-else' });
    },
  },
  'Tavus broke it': {
    state: 'unannounced',
    cause: 'tavus-failed',
    isTold: true,
    plan(call) {
      call.records(6);
      call.ends(100, 'internal error occurred at step 4');
    },
  },
  'no callback comes, and Tavus’s log has no recording': {
    state: 'unannounced',
    cause: 'no-callbacks',
    isTold: true,
    isDeaf: true,
    seen: { state: 'landed' },
    plan(call) {
      call.records(6);
      call.leaves(400);
      call.ready(450, 9, 421, { isLogged: false });
    },
  },
  'storage refuses everything': {
    state: 'unannounced',
    cause: 'not-announced',
    isTold: true,
    plan(call) {
      call.records(6);
      call.leaves(400);
    },
  },
  'the second recording is lost': {
    state: 'unannounced',
    cause: 'not-announced',
    isTold: true,
    plan(call) {
      call.records(6);
      call.page(100, 'recording-stopped', { recording: 1 });
      call.ready(130, 9, 91);
      call.page(200, 'asked');
      call.page(203, 'recording-started', { recording: 2 });
      call.leaves(400);
    },
  },
  'a page that reports nothing, and nothing is recorded': {
    state: 'unannounced',
    cause: 'silent-page',
    isTold: true,
    plan(call) {
      call.joins(6, '');
      call.leaves(400, '');
    },
  },
  'announced hours later': {
    state: 'late',
    isTold: true,
    isLate: true,
    plan(call) {
      call.records(6);
      call.leaves(400);
      // Later than the deadline by the longest call, because the callback of the end may be lost.
      call.ready(20_000, 9, 421);
    },
  },
  'announced after three days, and only in Tavus’s log': {
    state: 'late',
    isTold: true,
    isLate: true,
    isDeaf: true,
    plan(call) {
      call.records(6);
      call.leaves(400);
      call.ready(3 * 86_400, 9, 421);
    },
  },
  'the recorder’s limit': {
    state: 'partial',
    cause: 'recorder-limit',
    isTold: true,
    plan(call) {
      call.records(6);
      call.ready(11_500, 9, 10_800);
      call.ends(14_400, 'max_call_duration reached');
    },
  },
  'recorded although the person declined it': {
    state: 'unwanted',
    cause: 'not-wanted',
    isTold: true,
    body: { recording: false },
    plan(call) {
      call.joins(6);
      call.leaves(400);
      call.ready(450, 9, 421);
    },
  },
  'announced, and not there': {
    state: 'announced',
    seen: { state: 'missing', cause: 'not-there', isTold: true },
    plan(call) {
      call.records(6);
      call.leaves(400);
      call.ready(450, 9, 421, { isStored: false });
    },
  },
  'announced some minutes before it exists': {
    state: 'announced',
    plan(call) {
      call.records(6);
      call.leaves(400);
      call.ready(450, 9, 421, { isStored: false });
      call.stores(700, 9, 421);
    },
  },
  'cut in half': flawed('cut-off', (call) => call.stores(449, 9, 421, half)),
  empty: flawed('empty', (call) => call.stores(449, 9, 421, () => new Uint8Array())),
  'not a video': flawed('not-playable', (call) => call.stores(449, 9, 421, noise)),
  'another encryption': flawed('wrong-encryption', (call) => call.stores(449, 9, 421, undefined, 'kms')),
  'shorter than announced': flawed('shorter', (call) => call.stores(449, 9, 300)),
  'a little shorter than announced': {
    state: 'announced',
    plan(call) {
      call.records(6);
      call.leaves(400);
      call.stores(449, 9, 410);
      call.ready(450, 9, 421, { isStored: false });
    },
  },
  'shorter than the page saw it go on': {
    state: 'announced',
    seen: { state: 'partial', cause: 'shorter', isTold: true },
    plan(call) {
      call.records(6);
      call.page(395, 'recording-stopped', { recording: 1 });
      call.leaves(400);
      call.ready(450, 9, 200);
    },
  },
  'overwritten within minutes': {
    state: 'announced',
    seen: { state: 'partial', cause: 'overwritten', isTold: true },
    plan(call) {
      GOOD.plan(call);
      call.stores(600, 9, 30, () => CLIP);
    },
  },
  'deleted within minutes': {
    state: 'announced',
    seen: { state: 'gone', cause: 'gone', isTold: true },
    plan(call) {
      GOOD.plan(call);
      call.deletes(600, 9);
    },
  },
  'deleted on the third day': {
    state: 'announced',
    seen: { state: 'gone', cause: 'gone', isTold: true },
    isFoundDaily: true,
    plan(call) {
      GOOD.plan(call);
      call.deletes(2.5 * 86_400, 9);
    },
  },
  'recorded although the person declined it, and not announced': {
    state: 'not-expected',
    seen: { state: 'unwanted', cause: 'not-wanted', isTold: true },
    isFoundDaily: true,
    body: { recording: false },
    plan(call) {
      call.joins(6);
      call.leaves(400);
      call.stores(450, 9, 421);
    },
  },
  'deleted before the first check': {
    state: 'announced',
    seen: { state: 'gone', cause: 'gone', isTold: true },
    isDeaf: true,
    plan(call) {
      GOOD.plan(call);
      call.deletes(600, 9);
    },
  },
  'cut in half, and delivered again': {
    state: 'announced',
    seen: { state: 'landed', isTold: true, isLate: true },
    plan(call) {
      call.records(6);
      call.leaves(400);
      call.stores(449, 9, 421, half);
      call.ready(450, 9, 421, { isStored: false });
      call.ready(5000, 9, 421);
    },
  },
  'an upload that takes more than an hour': {
    state: 'late',
    isTold: true,
    isLate: true,
    seen: { state: 'landed' },
    plan(call) {
      call.records(6);
      call.leaves(400);
      call.uploads(9, 5000, true);
      call.ready(5000, 9, 421);
    },
  },
  'an upload that is never completed': {
    state: 'unannounced',
    cause: 'not-announced',
    isTold: true,
    seen: { state: 'missing', cause: 'upload-left', isTold: true },
    plan(call) {
      call.records(6);
      call.leaves(400);
      call.uploads(9, 309, false);
    },
  },
  'a second, unreported recording': {
    state: 'announced',
    plan(call) {
      GOOD.plan(call);
      call.stores(440, 300, 100);
    },
  },
};
