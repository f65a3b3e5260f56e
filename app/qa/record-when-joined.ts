/**
 * The one thing that every front end forgets: nothing is recorded until a participant's browser starts it, and only events
 * tell whether that worked. This file imports nothing and touches no DOM, so it can be copied into any front end.
 */

/** Events of daily-js that are listened to. */
export type RecordingCallEvent =
  'joined-meeting' | 'left-meeting' | 'recording-started' | 'recording-stopped' | 'recording-error' | 'error';

/** What is read of an event. */
export interface RecordingCallMessage {
  readonly action?: string;
  readonly errorMsg?: string;
  /** Of a started recording: `cloud`, `raw-tracks`, ... or `local`. */
  readonly type?: string;
  readonly recordingId?: string;
  /** Session id of the participant who started it. */
  readonly startedBy?: string;
  readonly instanceId?: string;
  /** Only in the events of the participant who started it. */
  readonly local?: boolean;
}

/** What is needed of a call: a daily-js frame or call object fits as it is. */
export interface RecordingCall {
  on(event: RecordingCallEvent, handler: (event?: RecordingCallMessage) => void): unknown;
  off(event: RecordingCallEvent, handler: (event?: RecordingCallMessage) => void): unknown;
  startRecording(): void;
  stopRecording(options?: { readonly instanceId: string }): void;
  /** Lets a call that has been joined before be recognised. */
  meetingState?(): string;
  /** Tells a recording that this browser asked for from another participant's. */
  participants?(): { readonly local?: { readonly session_id: string } };
}

/**
 * What kind of trouble a recording has. `refused`: this participant may not record. `role`: the room could not assume the
 * role of the bucket. `silence`: the room did not answer. `other`: anything else.
 */
export type RecordingTrouble = 'refused' | 'role' | 'silence' | 'other';

/**
 * `started`: the call is being recorded, whoever started it. `failed`: it could not be started, or broke off, and nothing
 * is being recorded; `detail` is the room's own message, or ours when it said nothing. `canRetry`: `retry()` asks again.
 */
export type RecordingReport =
  | { readonly phase: 'starting' | 'started' | 'stopped' }
  | {
      readonly phase: 'failed';
      readonly trouble: RecordingTrouble;
      readonly detail: string;
      readonly canRetry: boolean;
    };

/** What the backend is to be told, see `page-reports.ts`. `asked`: startRecording() was called. */
export interface PageEvent {
  readonly event: 'joined' | 'left' | 'asked' | 'recording-started' | 'recording-stopped' | 'recording-error';
  readonly recordingId?: string | undefined;
  readonly instanceId?: string | undefined;
  /** The room's own words, at most 500 characters. */
  readonly message?: string | undefined;
}

/** Given by a test, so that it needs no patience. */
export interface RecordingClock {
  now(): number;
  /** Runs something later; returns what calls it off. */
  after(ms: number, callback: () => void): () => void;
}

export interface RecordWhenJoinedOptions {
  /**
   * Called with each fact that the backend wants to know.
   * @default nobody is told
   */
  readonly tell?: (event: PageEvent) => void;
  /**
   * False: starts and stops nothing, and only tells whether the call is recorded. For whoever did not agree to it.
   * @default true
   */
  readonly start?: boolean;
  /**
   * How long the room has to answer by `recording-started`. Daily takes up to 25 s.
   * @default 30000
   */
  readonly answerMs?: number;
  /**
   * How long `stop()` waits for `recording-stopped`.
   * @default 3000
   */
  readonly stopMs?: number;
  /** @default the platform's own */
  readonly clock?: RecordingClock;
}

export interface RecordingWatch {
  /** Asks once more after `failed`, when its `canRetry` said so. */
  retry(): void;
  /** Stops what is being recorded; resolves when the room has confirmed it or has had its time. Then leave. */
  stop(): Promise<void>;
  /** Stops listening and all timers, and leaves the recording alone. */
  dispose(): void;
}

/** Words by which a room says that it records already. No list of Daily's messages exists. */
const ALREADY =
  /already (?:being |been |in )?(?:start|record|running|active|progress|exist)|in progress|active (?:stream|recording)/i;

/** Daily's words when it could not assume the role: "Error fetching STS credentials" (its own sample). */
const ROLE = /\bsts\b|assume|credential/i;

/** Words by which a room says no, as opposed to words that say that something broke. */
const REFUSAL =
  /not (?:allowed|permitted|authori[sz]ed|enabled)|permission|forbidden|unauthori[sz]ed|must be (?:an? )?(?:owner|admin)/i;

/** What kind of trouble a room's own words tell of. */
export function roomTrouble(words: string): Exclude<RecordingTrouble, 'silence'> {
  if (ROLE.test(words)) return 'role';
  return REFUSAL.test(words) ? 'refused' : 'other';
}

/** One retry: it may have been a moment's trouble; what fails twice needs an operator. */
const RETRIES = 1;

/** The backend takes no more. */
const MAX_MESSAGE_CHARS = 500;

const platformClock: RecordingClock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * When each call was asked to record and has not answered yet. By call and not by watch, because a component that is
 * mounted twice (React's StrictMode) asks twice, and the room answers the second request by an error.
 */
const pendingRequests = new WeakMap<RecordingCall, number[]>();

/** A recording in somebody's own browser: nothing of it reaches the bucket. Others hear of it without a type. */
function isInABrowser({ type, recordingId, startedBy }: RecordingCallMessage): boolean {
  return type === 'local' || (type === undefined && recordingId === undefined && startedBy === undefined);
}

/**
 * Starts the recording once the call is joined, unless it is being recorded already, waits for `recording-started`, and
 * reports each change. Call it before `call.join()`; after that works too. A late `recording-started` is still reported.
 *
 * It decides nothing about consent: without the person's agreement call it with `start: false`, or not at all.
 */
export function recordWhenJoined(
  call: RecordingCall,
  report: (report: RecordingReport) => void,
  options: RecordWhenJoinedOptions = {},
): RecordingWatch {
  const { answerMs = 30_000, stopMs = 3_000, start = true, clock = platformClock } = options;
  const tell = options.tell ?? ((): void => undefined);
  let phase: 'idle' | 'starting' | 'started' | 'failed' | 'stopped' = 'idle';
  let isJoined = false;
  let isStopping = false;
  let isUnanswered = false;
  let retries = RETRIES;
  let lastError: string | undefined;
  let cancelTimeout = (): void => undefined;
  let confirmStop = (): void => undefined;
  /** Instances that run; `''` is one whose id the room has not told. */
  const running = new Set<string>();

  /** Takes the oldest request that has no answer yet; false when there is none, or it was too long ago. */
  const takeRequest = (): boolean => {
    const requests = (pendingRequests.get(call) ?? []).filter((askedMs) => clock.now() - askedMs < answerMs);
    const request = requests.shift();
    pendingRequests.set(call, requests);
    return request !== undefined;
  };
  const isMine = ({ local, startedBy }: RecordingCallMessage): boolean => {
    const me = call.participants?.().local?.session_id;
    return local === true || startedBy === undefined || me === undefined || startedBy === me;
  };

  const fail = (trouble: RecordingTrouble, detail: string): void => {
    phase = 'failed';
    report({ phase, trouble, detail, canRetry: start && retries > 0 });
  };
  const ask = (): void => {
    phase = 'starting';
    isUnanswered = true;
    report({ phase });
    pendingRequests.set(call, [...(pendingRequests.get(call) ?? []), clock.now()]);
    tell({ event: 'asked' });
    // Returns nothing and throws nothing that says whether it worked: only the events below do.
    call.startRecording();
    cancelTimeout = clock.after(answerMs, () =>
      fail('silence', `No recording-started within ${answerMs / 1000} s.`),
    );
  };
  const runs = (instance: string): void => {
    cancelTimeout();
    isUnanswered = false;
    running.add(instance);
    if (phase === 'started') return;
    phase = 'started';
    report({ phase });
  };

  const onJoined = (): void => {
    if (isJoined) return;
    isJoined = true;
    retries = RETRIES;
    tell({ event: 'joined' });
    if (start && running.size === 0) ask();
  };
  const onStarted = (event: RecordingCallMessage = {}): void => {
    if (isInABrowser(event)) return;
    const { recordingId, instanceId } = event;
    if (isMine(event)) takeRequest();
    running.delete('');
    tell({ event: 'recording-started', recordingId, instanceId });
    runs(instanceId ?? '');
  };
  const onStopped = ({ instanceId }: RecordingCallMessage = {}): void => {
    // An unknown instance is a recording in somebody's browser.
    if (!running.delete(instanceId ?? '') && !running.delete('')) return;
    tell({ event: 'recording-stopped', instanceId });
    if (running.size > 0) return;
    phase = 'stopped';
    report({ phase });
    confirmStop();
  };
  const onRecordingError = ({ errorMsg, instanceId }: RecordingCallMessage = {}): void => {
    const detail = errorMsg ?? 'The room gave no reason.';
    const answersRequest = takeRequest();
    if (ALREADY.test(detail)) {
      if (running.size === 0) runs('');
      return;
    }
    // The answer to a second request while another's recording runs: that one goes on.
    if (phase === 'started' && answersRequest) return;
    cancelTimeout();
    isUnanswered = false;
    tell({ event: 'recording-error', instanceId, message: detail.slice(0, MAX_MESSAGE_CHARS) });
    if (instanceId === undefined) running.clear();
    else if (!running.delete(instanceId)) running.delete('');
    if (running.size > 0) return;
    fail(roomTrouble(detail), detail);
    confirmStop();
  };
  const onLeft = (): void => {
    cancelTimeout();
    if (isJoined || lastError !== undefined) {
      tell({ event: 'left', message: lastError?.slice(0, MAX_MESSAGE_CHARS) });
    }
    isJoined = false;
    lastError = undefined;
    // Whoever has left hears nothing more: what was being recorded is over for this page.
    running.clear();
    if (phase === 'started') report({ phase: 'stopped' });
    phase = 'idle';
    confirmStop();
    if (isStopping) dispose();
  };
  const onError = (event: RecordingCallMessage = {}): void => {
    // A fatal error: the person is outside, put out or never let in.
    lastError = event.errorMsg ?? 'The room gave no reason.';
    onLeft();
  };

  const handlers: readonly (readonly [RecordingCallEvent, (event?: RecordingCallMessage) => void])[] = [
    ['joined-meeting', onJoined],
    ['recording-started', onStarted],
    ['recording-stopped', onStopped],
    ['recording-error', onRecordingError],
    ['error', onError],
    ['left-meeting', onLeft],
  ];
  const dispose = (): void => {
    cancelTimeout();
    for (const [event, handler] of handlers) call.off(event, handler);
  };
  const stop = async (): Promise<void> => {
    cancelTimeout();
    isStopping = true;
    if (!isJoined) return dispose();
    if (!start) return;
    for (const instanceId of running) {
      if (instanceId === '') call.stopRecording();
      else call.stopRecording({ instanceId });
    }
    // It may have begun, or may yet.
    if (isUnanswered) call.stopRecording();
    if (phase !== 'started' && phase !== 'starting') return;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(stopMs, resolve);
      confirmStop = () => {
        cancel();
        resolve();
      };
    });
  };
  const retry = (): void => {
    if (!start || !isJoined || phase !== 'failed' || retries === 0) return;
    retries -= 1;
    ask();
  };

  for (const [event, handler] of handlers) call.on(event, handler);
  if (call.meetingState?.() === 'joined-meeting') onJoined();
  return { retry, stop, dispose };
}
