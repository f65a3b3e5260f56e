import { defined } from '../../contract/defined';
import type { StartedConversation, Notice, QaConfig, RecordingStatus } from './ports';

/*
 * Reads the backend's answers by hand: a schema library would add more to the page than all of our own code, and tries
 * `new Function`, which the page's policy forbids.
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

export function readConfig(answer: unknown): QaConfig {
  const config = fieldsOf(answer, 'config');
  const recording = fieldsOf(config['recording'], 'recording');
  const bucketRegion = maybeText(recording, 'bucketRegion');
  return {
    recording: {
      enabled: recording['enabled'] === true,
      ...defined({ bucketRegion }),
    },
    // Whatever else is said: without a clear no, consent is asked for.
    consentRequired: config['consentRequired'] !== false,
    keyRequired: config['keyRequired'] === true,
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

/** What each state of the backend means to the person. A state that is not here is one to wait in. */
const STATUS_OF: Readonly<Record<string, RecordingStatus['recording']>> = {
  announced: 'stored',
  landed: 'stored',
  late: 'stored',
  missing: 'missing',
  unannounced: 'missing',
  partial: 'missing',
  gone: 'missing',
  'no-call': 'not-due',
  'not-expected': 'not-due',
};

export function readStatus(answer: unknown): RecordingStatus {
  const status = fieldsOf(answer, 'status');
  const recording = STATUS_OF[textOf(status, 'recording')] ?? 'pending';
  if (recording === 'missing') return { recording, cause: maybeText(status, 'cause') ?? '' };
  if (recording !== 'stored') return { recording };
  const list: readonly unknown[] = Array.isArray(status['recordings']) ? status['recordings'] : [];
  const all = list.map((one) => fieldsOf(one, 'recording'));
  return {
    recording,
    seen: all.length > 0 && all.every(({ verified }) => verified === true),
    recordings: all.map((one) => ({
      key: textOf(one, 'key'),
      sizeBytes: typeof one['size'] === 'number' ? one['size'] : undefined,
    })),
  };
}

/** The words of a problem answer, or the next best ones when the body is none. */
export function readProblem(body: unknown, httpStatus: number): Notice {
  const fields = isFields(body) ? body : {};
  const words = isFields(fields['tavus']) ? maybeText(fields['tavus'], 'words') : undefined;
  const instance = maybeText(fields, 'instance');
  const notes = [
    ...(words === undefined ? [] : [`Tavus said: ${words}`]),
    ...(instance === undefined ? [] : [`In the log: ${instance}`]),
  ];
  return {
    title: maybeText(fields, 'title') ?? 'The backend refused',
    detail: maybeText(fields, 'detail') ?? `It answered ${httpStatus} without saying why.`,
    ...(notes.length === 0 ? {} : { note: notes.join(' · ') }),
  };
}
