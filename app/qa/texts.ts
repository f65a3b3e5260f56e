import { shownConsentText, type ConsentText } from '../../contract/consent-text';
import type { DeviceTrouble, Notice, StoredRecording } from './ports';
import type { RecordingTrouble } from './record-when-joined';
import type { DeviceCheck, RecordingPhase, State } from './state';

/** The page is written in English; stored with a consent as the language it was given in. */
export const LOCALE = 'en';

/** Who, where and how long: what a person has to know before agreeing. */
export function consentTerms(
  bucketRegion: string | undefined,
): Pick<ConsentText, 'who' | 'where' | 'howLong'> {
  const { who, where, howLong } = shownConsentText(bucketRegion);
  return { who, where, howLong };
}

const DEVICE_HELP: Readonly<Record<DeviceTrouble, Notice>> = {
  denied: {
    title: 'The browser blocks camera and microphone',
    detail:
      'Chrome, Edge: click the icon left of the address, switch Camera and Microphone on. Firefox: click the crossed-out camera left of the address and remove the block. Safari: Settings › Websites › Camera and Microphone. Then check again.',
  },
  system: {
    title: 'The system blocks camera and microphone',
    detail:
      'The browser may not use them. macOS: System Settings › Privacy & Security › Camera, and Microphone. Windows: Settings › Privacy & security › Camera, and Microphone. Allow the browser, restart it, then check again.',
  },
  insecure: {
    title: 'This page came without https',
    detail:
      'Browsers give camera and microphone to pages with https, or on localhost, only. Open the page under its https address.',
  },
  missing: {
    title: 'No microphone found',
    detail: 'Connect a microphone or headset, make sure the system shows it, then check again.',
  },
  busy: {
    title: 'Camera or microphone is in use',
    detail: 'Another program or tab holds it. Close that one, then check again.',
  },
};

/** What to do about devices that could not be opened. */
export function deviceHelp({ access }: DeviceCheck): Notice | undefined {
  return access === 'unasked' || access === 'asking' || access === 'ready' ? undefined : DEVICE_HELP[access];
}

/** Minutes and seconds of a running recording, as `01:05`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

/** A size as people read it, with the exact bytes, by which a file can be compared. */
export function size(bytes: number): string {
  const exact = `${bytes.toLocaleString('en')} bytes`;
  return bytes < 1_000_000 ? exact : `${(bytes / 1_000_000).toFixed(1)} MB (${exact})`;
}

/** One line per recording: its key, and its size where it was seen. */
export const storedRecording = ({ key, sizeBytes }: StoredRecording): string =>
  sizeBytes === undefined ? key : `${key} · ${size(sizeBytes)}`;

const RECORDING: Readonly<Record<RecordingPhase, string>> = {
  off: 'Not recorded',
  starting: 'Recording is starting…',
  recording: 'Recording',
  failed: 'Recording failed',
  stopped: 'Recording stopped',
};

/** The line that is announced: what is true of the recording now. */
export function recordingLine({ call }: State): string {
  if (call.recording === 'starting' && call.join !== 'joined')
    return 'Recording starts when you are in the room';
  return call.recordingTrouble === 'refused' ? 'Recording refused' : RECORDING[call.recording];
}

/** Why the backend created a conversation without recording, by its own names. */
const OFF_REASONS: Readonly<Record<string, string>> = {
  disabled: 'Recording is switched off in the backend.',
  'no-consent': 'The backend did not accept the consent. Reload the page and try again.',
};

/** What to say of a recording that did not begin, by the kind of trouble. */
const NOT_STARTED: Readonly<Record<RecordingTrouble, (reason: string) => Notice>> = {
  refused: (reason) => ({
    title: 'The room refused to record',
    detail: `Nothing is being recorded.${reason}`,
  }),
  role: (reason) => ({
    title: 'The bucket cannot be written to',
    detail: `Nothing is being recorded: the room could not assume the role that writes into the bucket. An operator has to mend that; “npx recordings doctor” says how.${reason}`,
  }),
  silence: () => ({
    title: 'The room does not answer',
    detail:
      'It was asked to record and has said nothing for half a minute. It may still begin, or try again.',
  }),
  other: (reason) => ({
    title: 'The recording could not be started',
    detail: `As far as this page knows, nothing is being recorded.${reason}`,
  }),
};

/** What to say when a conversation that was to be recorded isn't, and the person has to decide. */
export function unrecordedNotice({ call, choice }: State): Notice | undefined {
  if (call.goesOnUnrecorded) return undefined;
  const reason = call.recordingDetail === '' ? '' : ` Reason given: ${call.recordingDetail}`;
  switch (call.recording) {
    case 'failed':
      return call.recordedSinceMs === undefined
        ? NOT_STARTED[call.recordingTrouble ?? 'other'](reason)
        : {
            title: 'The recording broke off',
            detail: `What was recorded until then may still be saved.${reason}`,
          };
    case 'stopped':
      return {
        title: 'The recording was stopped',
        detail: 'It was not stopped by this page. What was recorded until then may still be saved.',
      };
    case 'off':
      return choice === 'record'
        ? {
            title: 'This conversation is not being recorded',
            detail:
              OFF_REASONS[call.recordingDetail] ?? `The backend created it without a recording.${reason}`,
          }
        : undefined;
    default:
      return undefined;
  }
}

/** What the joining says while it isn't done. */
export function joinNotice({ call }: State): Notice | undefined {
  switch (call.join) {
    case 'late':
      return {
        title: 'The room takes long',
        detail:
          'If it asks for your name or for permission, answer it there. Otherwise try again, or end the conversation.',
      };
    case 'failed':
      return {
        title: 'The room could not be joined',
        detail: 'It may have ended already. Try again, or end the conversation.',
      };
    default:
      return undefined;
  }
}

/** A start without an answer. It promises nothing about its price: a backend that was restarted has forgotten the start. */
export const UNANSWERED: Notice = {
  title: 'No answer from the backend',
  detail:
    'Check the connection and start again: the same request is sent, and a backend that still knows it answers with the same conversation.',
};

/** The sign-in in front of the backend asks for it again. A page cannot do that for itself. */
export const SIGN_IN: Notice = {
  title: 'Sign in',
  detail: 'You are not signed in, or your sign-in has expired. Reload this page to sign in and come back.',
};

/** Why the start button can't be used yet; empty when it can. */
export function startHint({ devices, choice, config }: State): string {
  if (devices.access !== 'ready') return 'Check camera and microphone first.';
  if (config?.recording.enabled && choice === undefined)
    return 'Choose whether the conversation is recorded.';
  return '';
}

/** How it ended, and what is known of the recording. */
export function outcomeWords({ outcome, call, choice }: State): Notice {
  switch (outcome.recording) {
    case 'waiting':
      return {
        title: 'Waiting for the recording',
        detail:
          'The room is being closed and the recording uploaded. That takes from some seconds to a few minutes.',
      };
    case 'saved':
      return {
        title: 'Saved',
        detail: outcome.seen
          ? 'The backend has seen the recording in the bucket.'
          : 'Tavus says that the recording is in the bucket. This backend has not looked there.',
      };
    case 'missing':
      return {
        title: 'Not saved',
        detail: `The recording should be there, and is not. ${outcome.cause === '' ? 'The backend’s log says what was looked at.' : outcome.cause}`,
      };
    case 'unconfirmed':
      return {
        title: 'Not confirmed yet',
        detail:
          'Three minutes have passed without word that the recording arrived. It may still come: long recordings take longer. The backend goes on looking, and tells its operators if it stays away.',
      };
    case 'not-recorded': {
      const reason = call.recordingDetail === '' ? '' : ` Reason given: ${call.recordingDetail}`;
      return choice === 'record'
        ? { title: 'Not recorded', detail: `The conversation ended without a recording.${reason}` }
        : { title: 'Conversation ended', detail: 'It was not recorded.' };
    }
  }
  return outcome.recording satisfies never;
}
