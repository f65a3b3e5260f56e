/**
 * The one thing that every front end forgets: nothing is recorded until a participant's browser starts it, and only events
 * tell whether that worked. This file imports nothing and touches no DOM, so it can be copied into any front end.
 */

/** Events of daily-js that are listened to. */
export type RecordingCallEvent =
  'joined-meeting' | 'left-meeting' | 'recording-started' | 'recording-stopped' | 'recording-error';

/** What is read of an event. */
export interface RecordingCallMessage {
  readonly action?: string;
  readonly errorMsg?: string;
}

/** What is needed of a call: a daily-js frame or call object fits as it is. */
export interface RecordingCall {
  on(event: RecordingCallEvent, handler: (event?: RecordingCallMessage) => void): unknown;
  off(event: RecordingCallEvent, handler: (event?: RecordingCallMessage) => void): unknown;
  startRecording(): void;
  stopRecording(): void;
  /** Lets a call that has been joined before be recognised. */
  meetingState?(): string;
}

/**
 * `refused`: the room said that this participant may not record. `failed`: any other error, or no answer to two attempts.
 * `detail` is the room's own message, or ours when it said nothing.
 */
export type RecordingReport =
  | { readonly phase: 'starting' | 'started' | 'stopped' }
  | { readonly phase: 'refused' | 'failed'; readonly detail: string };

/** Runs something later; returns what calls it off. Given by a test, so that it needs no patience. */
export type After = (ms: number, callback: () => void) => () => void;

export interface RecordWhenJoinedOptions {
  /**
   * How long one attempt waits for `recording-started`.
   * @default 15000
   */
  readonly answerMs?: number;
  /**
   * How long `stop()` waits for `recording-stopped`.
   * @default 3000
   */
  readonly stopMs?: number;
  /** @default the platform's own */
  readonly after?: After;
}

export interface RecordingWatch {
  /** Stops the recording if there may be one; resolves when the room has confirmed it or has had its time. Then leave. */
  stop(): Promise<void>;
  /** Stops listening and all timers, and leaves the recording alone. */
  dispose(): void;
}

/** An answer by which a room says no, as opposed to one that says that something broke. */
const REFUSAL =
  /not (?:allowed|permitted|authori[sz]ed|enabled)|permission|forbidden|unauthori[sz]ed|must be (?:an? )?(?:owner|admin)/i;

/** An answer may get lost, so silence is followed by one more attempt. An error is an answer, and is not. */
const ATTEMPTS = 2;

const platformAfter: After = (ms, callback) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};

/**
 * Starts the recording once the call is joined, waits for `recording-started`, tries once more after silence, and reports
 * each change. Call it before `call.join()`; after that works too. A late `recording-started` is still reported.
 *
 * It decides nothing about consent: call it only when the person agreed and the conversation was created with recording on.
 */
export function recordWhenJoined(
  call: RecordingCall,
  report: (report: RecordingReport) => void,
  options: RecordWhenJoinedOptions = {},
): RecordingWatch {
  const { answerMs = 15_000, stopMs = 3_000, after = platformAfter } = options;
  let state: 'waiting' | 'starting' | 'started' | 'over' = 'waiting';
  let attempts = 0;
  let callOffSilence = (): void => undefined;
  let confirmStop: (() => void) | undefined;

  const attempt = (): void => {
    attempts += 1;
    // Returns nothing and throws nothing that says whether it worked: only the events below do.
    call.startRecording();
    callOffSilence = after(answerMs, onSilence);
  };
  const onSilence = (): void => {
    if (attempts < ATTEMPTS) return attempt();
    report({
      phase: 'failed',
      detail: `No recording-started within ${answerMs / 1000} s, ${ATTEMPTS} times.`,
    });
  };
  const onJoined = (): void => {
    if (state !== 'waiting') return;
    state = 'starting';
    report({ phase: 'starting' });
    attempt();
  };
  const onStarted = (): void => {
    callOffSilence();
    state = 'started';
    report({ phase: 'started' });
  };
  const onStopped = (): void => {
    if (state === 'started') {
      state = 'over';
      report({ phase: 'stopped' });
    }
    confirmStop?.();
  };
  const onError = (event?: RecordingCallMessage): void => {
    callOffSilence();
    const detail = event?.errorMsg ?? 'The room gave no reason.';
    const phase = state !== 'started' && REFUSAL.test(detail) ? 'refused' : 'failed';
    state = 'over';
    report({ phase, detail });
    confirmStop?.();
  };

  const handlers: readonly (readonly [RecordingCallEvent, (event?: RecordingCallMessage) => void])[] = [
    ['joined-meeting', onJoined],
    ['recording-started', onStarted],
    ['recording-stopped', onStopped],
    ['recording-error', onError],
    // Whoever has left gets no further events: what was being recorded is over for this page.
    ['left-meeting', onStopped],
  ];
  const dispose = (): void => {
    callOffSilence();
    for (const [event, handler] of handlers) call.off(event, handler);
  };
  const stop = async (): Promise<void> => {
    callOffSilence();
    if (state === 'starting' || state === 'started') {
      call.stopRecording();
      await new Promise<void>((resolve) => {
        const callOff = after(stopMs, resolve);
        confirmStop = () => {
          callOff();
          resolve();
        };
      });
    }
    dispose();
  };

  for (const [event, handler] of handlers) call.on(event, handler);
  if (call.meetingState?.() === 'joined-meeting') onJoined();
  return { stop, dispose };
}
