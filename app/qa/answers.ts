import { defined } from '../../contract/defined';
import type { StartedConversation, PageNotice, QaConfig, RecordingStatus, StoredRecording } from './ports';
import { readState } from './recording-states';

/*
 * Validates the backend's answers without a schema library: it would be larger than the rest of the page, and it uses
 * `new Function`, which the page's CSP forbids.
 */

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function fieldsOf(value: unknown, what: string): Fields {
  if (isFields(value)) return value;
  throw new Error(`${what}: not an object.`);
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw new Error(`${name}: missing in the backend's answer.`);
}

const maybeText = (fields: Fields, name: string): string | undefined =>
  typeof fields[name] === 'string' ? fields[name] : undefined;

export function readQaConfig(answer: unknown): QaConfig {
  const config = fieldsOf(answer, 'config');
  const recording = fieldsOf(config['recording'], 'recording');
  const bucketRegion = maybeText(recording, 'bucketRegion');
  return {
    recording: {
      enabled: recording['enabled'] === true,
      ...defined({ bucketRegion }),
    },
    // Consent is required unless the backend clearly says no.
    consentRequired: config['consentRequired'] !== false,
    keyRequired: config['keyRequired'] === true,
    signInRequired: config['signInRequired'] === true,
    hasRecordingsPage: config['hasRecordingsPage'] === true,
    roomOrigin: textOf(config, 'roomOrigin'),
  };
}

export function readConversation(answer: unknown): StartedConversation {
  const started = fieldsOf(answer, 'conversation');
  const recording = fieldsOf(started['recording'], 'recording');
  const meetingToken = maybeText(started, 'meeting_token');
  const reason = maybeText(recording, 'reason');
  return {
    id: textOf(started, 'conversation_id'),
    url: textOf(started, 'conversation_url'),
    ...defined({ meetingToken }),
    pageToken: textOf(started, 'page_token'),
    recording: { enabled: recording['enabled'] === true, ...defined({ reason }) },
  };
}

function readRecording(value: unknown): StoredRecording {
  const recording = fieldsOf(value, 'recording');
  const size = recording['size'];
  return {
    key: textOf(recording, 'key'),
    verified: recording['verified'] === true,
    sizeBytes: typeof size === 'number' ? size : undefined,
  };
}

export function readStatus(answer: unknown): RecordingStatus {
  const status = fieldsOf(answer, 'status');
  const list: unknown = status['recordings'];
  const recordings = Array.isArray(list) ? list.map(readRecording) : [];
  const state = readState(textOf(status, 'recording'));
  const isSeen = recordings.length > 0 && recordings.every(({ verified }) => verified);
  return {
    // "Landed" requires recordings that were all verified in the bucket.
    state: state === 'landed' && !isSeen ? 'announced' : state,
    cause: maybeText(status, 'cause'),
    recordings,
  };
}

/** Whether a 401 means a missing sign-in, from our backend or from a sign-in in front of it. */
export function isSignInRefusal(body: unknown): boolean {
  const type = isFields(body) ? maybeText(body, 'type') : undefined;
  return type === undefined || type.endsWith(':not-signed-in');
}

/** Reads a problem answer. Has default texts for a body in another form. */
export function readProblem(body: unknown, httpStatus: number): PageNotice {
  const fields = isFields(body) ? body : {};
  const words = isFields(fields['tavus']) ? maybeText(fields['tavus'], 'words') : undefined;
  const instance = maybeText(fields, 'instance');
  const notes = [
    ...(words === undefined ? [] : [`Tavus: ${words}`]),
    ...(instance === undefined ? [] : [`In the log: ${instance}`]),
  ];
  return {
    title: maybeText(fields, 'title') ?? 'The backend refused',
    detail: maybeText(fields, 'detail') ?? `It answered ${httpStatus} without a reason.`,
    ...(notes.length === 0 ? {} : { note: notes.join(' · ') }),
  };
}
