/**
 * Starts the recording from the participant's browser. Tavus records nothing by itself, and only events show whether a
 * start worked. This file has no imports and uses no DOM, so it can be copied into any front end.
 */

/** Used events of daily-js. */
export type RecordingCallEvent =
  'joined-meeting' | 'left-meeting' | 'recording-started' | 'recording-stopped' | 'recording-error' | 'error';

/** Used fields of an event. */
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

/** Used part of a call. A daily-js frame or call object fits. */
export interface RecordingCall {
  on(event: RecordingCallEvent, handler: (event?: RecordingCallMessage) => void): unknown;
  off(event: RecordingCallEvent, handler: (event?: RecordingCallMessage) => void): unknown;
  startRecording(): void;
  stopRecording(options?: { readonly instanceId: string }): void;
  /** Used to recognise a call that is already joined. */
  meetingState?(): string;
  /** Used to distinguish our recording from one of another participant. */
  participants?(): { readonly local?: { readonly session_id: string } };
}

/**
 * Kind of failure. `refused`: this participant may not record. `role`: the room could not assume the role for the
 * bucket. `silence`: the room did not answer. `other`: anything else.
 */
export type RecordingTrouble = 'refused' | 'role' | 'silence' | 'other';

/**
 * `started`: the call is being recorded, by any participant. `failed`: the recording did not start or broke off, and
 * nothing is being recorded; `detail` is the message of the room, or ours if there is none. `canRetry`: `retry()` is
 * possible.
 */
export type RecordingReport =
  | { readonly phase: 'starting' | 'started' | 'stopped' }
  | {
      readonly phase: 'failed';
      readonly trouble: RecordingTrouble;
      readonly detail: string;
      readonly canRetry: boolean;
    };

/** Event for the backend, see `page-reports.ts`. `asked`: startRecording() was called. */
export interface PageEvent {
  readonly event: 'joined' | 'left' | 'asked' | 'recording-started' | 'recording-stopped' | 'recording-error';
  readonly recordingId?: string | undefined;
  readonly instanceId?: string | undefined;
  /** Message of the room, at most 500 characters. */
  readonly message?: string | undefined;
}

/** Tests replace it. */
export interface RecordingClock {
  now(): number;
  /** Runs something later; returns a function that cancels it. */
  after(ms: number, callback: () => void): () => void;
}

export interface RecordWhenJoinedOptions {
  /**
   * Called with each event for the backend.
   * @default no reports
   */
  readonly tell?: (event: PageEvent) => void;
  /**
   * False: only reports whether the call is recorded, for a person who did not consent.
   * @default true
   */
  readonly start?: boolean;
  /**
   * How long to wait for `recording-started`. Daily takes up to 25 s.
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
  /** Tries again after `failed` with `canRetry`. */
  retry(): void;
  /** Stops the recording; resolves when the room confirms or after a timeout. Leave the call afterwards. */
  stop(): Promise<void>;
  /** Removes listeners and timers. Does not stop the recording. */
  dispose(): void;
}

/** Messages of a room that is recording already. Daily publishes no list of its messages. */
const ALREADY =
  /already (?:being |been |in )?(?:start|record|running|active|progress|exist)|in progress|active (?:stream|recording)/i;

/** Daily's message when it could not assume the role: "Error fetching STS credentials" (from its sample). */
const ROLE = /\bsts\b|assume|credential/i;

/** Messages of a refusal, as opposed to a failure. */
const REFUSAL =
  /not (?:allowed|permitted|authori[sz]ed|enabled)|permission|forbidden|unauthori[sz]ed|must be (?:an? )?(?:owner|admin)/i;

/** Classifies a message of the room. */
export function roomTrouble(words: string): Exclude<RecordingTrouble, 'silence'> {
  if (ROLE.test(words)) return 'role';
  return REFUSAL.test(words) ? 'refused' : 'other';
}

/** The failure may be temporary. A second failure needs an operator. */
const RETRIES = 1;

/** Limit of the backend. */
const MAX_MESSAGE_CHARS = 500;

const platformClock: RecordingClock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Times of requests that the room has not answered. Kept by call, because a component mounted twice (React's
 * StrictMode) asks twice, and the room answers the second request with an error.
 */
const pendingRequests = new WeakMap<RecordingCall, number[]>();

/** A local recording in a browser, which never reaches the bucket. Other participants get its events without a type. */
function isInABrowser({ type, recordingId, startedBy }: RecordingCallMessage): boolean {
  return type === 'local' || (type === undefined && recordingId === undefined && startedBy === undefined);
}

/**
 * Starts the recording once the call is joined, unless it is being recorded already, waits for `recording-started`,
 * and reports each change. Call it before or after `call.join()`. A late `recording-started` is still reported.
 *
 * It does not handle consent: without the person's consent use `start: false`, or do not call it.
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
  /** Running instances; `''` is one with an unknown id. */
  const running = new Set<string>();

  /** Removes the oldest unanswered request; false when there is none or it is too old. */
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
    // Neither its result nor an exception shows whether it worked; only events do.
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
    // An unknown instance is a local recording.
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
    // The answer to our second request; the recording that runs continues.
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
    // After leaving no events arrive, so the recording is over for this page.
    running.clear();
    if (phase === 'started') report({ phase: 'stopped' });
    phase = 'idle';
    confirmStop();
    if (isStopping) dispose();
  };
  const onError = (event: RecordingCallMessage = {}): void => {
    // After a fatal error the person is not in the room.
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
    // An unanswered recording may have started or may still start.
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
