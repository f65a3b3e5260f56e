import { VENDOR_NETWORK_GUIDE, VENDOR_ROOM_DOMAINS } from '../../contract/vendor-facts';
import type { DeviceTrouble, PageNotice, StoredRecording } from './ports';
import { describeState } from './recording-states';
import type { RecordingPhase, PageState } from './state';

/** Language of the page, stored with a consent. */
export const LOCALE = 'en';

/** Information that a person needs before giving consent. */
export function consentTerms(bucketRegion: string | undefined): {
  who: string;
  where: string;
  howLong: string;
} {
  const region = bucketRegion === undefined ? '' : `, in the AWS region ${bucketRegion}`;
  return {
    who: 'The operator of this page records your picture, your voice and the replica, by means of the video services Tavus and Daily.',
    where: `In the operator’s own Amazon S3 storage${region}, encrypted.`,
    howLong:
      'Until the retention period of that storage is over; then it is deleted automatically. The operator can tell you the number of days, and can delete it earlier if you ask.',
  };
}

const DEVICE_HELP: Readonly<Record<DeviceTrouble, (device: string) => PageNotice>> = {
  denied: (device) => ({
    title: `The browser blocks the ${device}`,
    detail:
      'Chrome, Edge: click the icon left of the address, switch Camera and Microphone on. Firefox: click the crossed-out device left of the address and remove the block. Safari: Settings › Websites › Camera and Microphone. Then check again.',
  }),
  system: (device) => ({
    title: `The system blocks the ${device}`,
    detail:
      'macOS: System Settings › Privacy & Security › Camera, Microphone: allow this browser. Windows: Settings › Privacy & security › Camera, Microphone: allow access, also for desktop apps. Restart the browser, then check again.',
  }),
  insecure: () => ({
    title: 'This address needs https or localhost',
    detail:
      'Browsers give camera and microphone only to pages that were opened by https, or as localhost. Open this page by its https address.',
  }),
  missing: (device) => ({
    title: `No ${device} found`,
    detail: 'Connect a microphone or headset, make sure the system shows it, then check again.',
  }),
  busy: (device) => ({
    title: `The ${device} is in use`,
    detail:
      'Another program or tab holds it, or a privacy setting of the system blocks it. Close that one, then check again.',
  }),
};

/** Help for a device that could not be opened. A missing camera needs none, because it is optional. */
export function deviceHelp({ devices }: PageState): PageNotice | undefined {
  const { access, cameraTrouble } = devices;
  if (access === 'unasked' || access === 'asking') return undefined;
  if (access !== 'ready') return DEVICE_HELP[access]('microphone');
  if (cameraTrouble === undefined || cameraTrouble === 'missing') return undefined;
  const { title, detail } = DEVICE_HELP[cameraTrouble]('camera');
  return { title: `${title}: others can only hear you`, detail };
}

/** Minutes and seconds of a running recording, as `01:05`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

/** A size in MB, with the exact bytes for comparison. */
export function size(bytes: number): string {
  const exact = `${bytes.toLocaleString('en')} bytes`;
  return bytes < 1_000_000 ? exact : `${(bytes / 1_000_000).toFixed(1)} MB (${exact})`;
}

const RECORDING: Readonly<Record<RecordingPhase, string>> = {
  off: 'Not recorded',
  starting: 'Recording is starting…',
  recording: 'Recording',
  failed: 'Recording failed',
  stopped: 'Recording stopped',
};

/** Current state of the recording, announced to screen readers. */
export function recordingStatusLine({ call }: PageState): string {
  if (call.recording === 'starting' && call.join !== 'joined')
    return 'Recording starts when you are in the room';
  if (call.recordingTrouble === 'refused') return 'Recording refused';
  return RECORDING[call.recording];
}

/** Reasons of the backend for a conversation without recording. */
const OFF_REASONS: Readonly<Record<string, string>> = {
  disabled: 'Recording is off in the backend.',
  'no-consent': 'The backend did not accept the consent. Reload the page and try again.',
};

/** Notice for a failed recording. */
function failedNotice({ recordingTrouble, recordedSinceMs }: PageState['call']): PageNotice {
  switch (recordingTrouble) {
    case 'refused':
      return { title: 'The room refused to record', detail: 'Nothing is being recorded.' };
    case 'role':
      return {
        title: 'The room has no access to the bucket',
        detail:
          'Nothing is being recorded: the role that Tavus assumes was refused. The operator of this page can find the cause with npx recordings doctor.',
      };
    case 'silence':
      return {
        title: 'The room does not answer',
        detail: 'As far as this page knows, nothing is being recorded.',
      };
    default:
      return recordedSinceMs === undefined
        ? {
            title: 'The recording could not be started',
            detail: 'As far as this page knows, nothing is being recorded.',
          }
        : {
            title: 'The recording broke off',
            detail: 'The part recorded until then may still be saved.',
          };
  }
}

const reasonGiven = (words: string): string => (words === '' ? '' : ` Reason given: ${words}`);

/**
 * Notice when recording differs from the person's choice, who then has to decide.
 */
export function recordingNotice({ call, choice }: PageState): PageNotice | undefined {
  if (call.goesOn) return undefined;
  const reason = reasonGiven(call.recordingDetail);
  switch (call.recording) {
    case 'failed': {
      const { title, detail } = failedNotice(call);
      return { title, detail: detail + reason };
    }
    case 'stopped':
      return {
        title: 'The recording was stopped',
        detail: 'It was not stopped by this page. The part recorded until then may still be saved.',
      };
    case 'recording':
      return call.isToBeRecorded
        ? undefined
        : {
            title: 'Someone else is recording this conversation',
            detail: 'This page did not start it.',
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

const HOSTS = VENDOR_ROOM_DOMAINS.map((domain) => `*.${domain}`).join(', ');

const FIREWALL = `A firewall must let through https to ${HOSTS}, and media. Daily lists all addresses: ${VENDOR_NETWORK_GUIDE}`;

/** By Daily's error types. */
const ROOM_FAILURES: Readonly<Record<string, PageNotice>> = {
  'meeting-full': {
    title: 'The room is full',
    detail: 'You may already be in it in another tab. Leave there first, then try again.',
  },
  'not-allowed': {
    title: 'The room does not let you in',
    detail: 'It is private, and its token was not accepted. End this conversation, and start a new one.',
  },
  'exp-token': {
    title: 'The room no longer lets you in',
    detail: 'Its token has expired. End this conversation, and start a new one.',
  },
  ejected: { title: 'You were removed from the room', detail: 'You can try to join again.' },
  'connection-error': { title: 'The room cannot be reached', detail: FIREWALL },
};

/** Notice while the person is not in the room. */
export function joinNotice({ call }: PageState): PageNotice | undefined {
  const { join, failure } = call;
  if (join === 'late') {
    return {
      title: 'Joining takes long',
      detail: `If the room asks for your name or for permission, answer there. Otherwise wait: it tries three addresses, 25 s each. ${FIREWALL}`,
    };
  }
  if (join !== 'failed' && join !== 'lost') return undefined;
  const known = ROOM_FAILURES[failure?.type ?? ''];
  const otherwise =
    join === 'lost'
      ? { title: 'You are no longer in the room', detail: 'You can try to join again.' }
      : { title: 'The room could not be joined', detail: 'Try again, or end the conversation.' };
  const { title, detail } = known ?? otherwise;
  return { title, detail: `${detail}${reasonGiven(failure?.words ?? '')}` };
}

/** Daily's error types for a room that has ended. */
const OVER: ReadonlySet<string> = new Set(['exp-room', 'no-room', 'end-of-life']);

/** Whether the conversation is over. For an ejection only the message tells. */
export const isRoomOver = ({
  type = '',
  words,
}: {
  readonly type?: string | undefined;
  readonly words: string;
}): boolean => OVER.has(type) || (type === 'ejected' && /\bended\b|\bis over\b/i.test(words));

/** Notice for a device that the room could not open. */
export function roomDeviceNotice({ call }: PageState): PageNotice | undefined {
  const { deviceTrouble } = call;
  if (deviceTrouble === undefined) return undefined;
  const reason = reasonGiven(deviceTrouble.words);
  return deviceTrouble.microphoneWorks
    ? { title: 'The room cannot use your camera', detail: `Others can only hear you.${reason}` }
    : {
        title: 'The room cannot use your microphone',
        detail: `The room and a recording cannot hear you. Allow the microphone in the room, or close other programs that use it.${reason}`,
      };
}

/** A start without an answer. A restarted backend may have forgotten it, so this makes no promise about billing. */
export const UNANSWERED: PageNotice = {
  title: 'No answer from the backend',
  detail:
    'Check the connection and start again: the same request is sent again, and a backend that still knows it answers with the same conversation.',
};

/** Why the start button is disabled; empty when enabled. */
export function startHint({ devices, choice, config }: PageState): string {
  if (devices.access !== 'ready') return 'Check camera and microphone first.';
  if (config?.recording.enabled && choice === undefined)
    return 'Choose whether the conversation is recorded.';
  return '';
}

/** The backend does not answer. */
export const UNREACHABLE: PageNotice = {
  title: 'The backend does not answer',
  detail: 'Check the connection and that the backend runs, then try again.',
};

/** Problem of a key before it is sent; empty when valid. */
export function keyProblem(key: string): string {
  if (key === '') return 'Enter the key.';
  const odd = key.search(/[^\u0021-\u007E]/);
  // A header allows only these characters.
  return odd === -1
    ? ''
    : `This cannot be the key: its character ${odd + 1} is not a letter, digit or sign of plain ASCII. Copy the key again.`;
}

export const KEY_REFUSED = 'This key was not accepted.';

/** The key could not be checked. */
export const keyUnchecked = ({ title, detail }: PageNotice): string =>
  `The key could not be checked: ${title}. ${detail}`;

/** Text beside the key of a recording. */
export const recordingItem = ({ verified, sizeBytes }: StoredRecording): string =>
  [
    ...(sizeBytes === undefined ? [] : [size(sizeBytes)]),
    verified ? 'verified in the bucket' : 'announced by Tavus',
  ].join(' · ');

const WAITED_LONG =
  'Three minutes have passed. This page asks again when you return to it. Long recordings take longer; the backend’s log shows when it lands.';

/** Outcome of the conversation and state of its recording. */
export function outcomeNotice({ outcome, call, choice }: PageState): PageNotice {
  const { isAwaited, status, isLong } = outcome;
  if (!isAwaited && call.recordedSinceMs !== undefined) {
    return {
      title: 'Recorded by someone else',
      detail: 'This page did not start it. The operator of this page can find the recording and delete it.',
    };
  }
  if (!isAwaited) {
    return choice === 'record'
      ? {
          title: 'Not recorded',
          detail: `The conversation ended without a recording.${reasonGiven(call.recordingDetail)}`,
        }
      : { title: 'Conversation ended', detail: 'It was not recorded.' };
  }
  const { title, detail, longDetail = detail, mark } = describeState(status?.state ?? 'waiting');
  const note = status?.cause === undefined ? {} : { note: status.cause };
  if (!isLong || mark !== 'open') return { title, detail, ...note };
  const known = status === undefined ? 'The backend does not answer.' : longDetail;
  return { title: 'Nothing has arrived yet', detail: `${known} ${WAITED_LONG}`, ...note };
}

/** Notice when the end could not be reported to the backend. */
export function endNotice({ outcome }: PageState): PageNotice | undefined {
  if (outcome.end === 'ended') return undefined;
  const until = 'Until then only its time limits end it, and it may be billed.';
  return outcome.end === 'sign-in'
    ? {
        title: 'Sign in again to end the conversation',
        detail: `Your sign-in has expired. Sign in in another tab, then return to this page to end it. ${until}`,
      }
    : {
        title: 'The backend does not know yet that the conversation has ended',
        detail: `This page reports it again as soon as the connection is back. Keep it open. ${until}`,
      };
}
