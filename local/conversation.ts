import * as z from 'zod';
import { defined } from '../contract/defined';
import type { CallbackListener } from './callback-listener';
import type { JsonObject } from './json';
import type { RequestValues } from './faults';
import type { Simulator } from './tavus/simulator';

/** The simulator's control routes. */
export type Control = Pick<Simulator, 'url' | 'runKey'>;

/** What a control route is asked with. */
export const controlHeaders = ({ runKey }: Control): Record<string, string> => ({
  authorization: `Bearer ${runKey}`,
});

/** How to speak to Tavus, or to what stands in for it. */
interface TavusAccess {
  /** Ends in `/v2`. */
  readonly apiBaseUrl: string;
  /** Where the rooms are steered. */
  readonly control: Control;
  readonly apiKey: string;
  readonly replicaId: string;
}

const RECORDING = z.object({
  key: z.string(),
  state: z.string(),
  bytes: z.number(),
  parts: z.number(),
  sha256: z.string().nullish(),
  sentence: z.string().nullish(),
});

const ROOM = z.object({
  events: z.array(z.looseObject({ action: z.string() })),
  recordings: z.array(RECORDING),
});

/** What came of one conversation, as far as it got. */
export interface Outcome {
  readonly status: number;
  /** Tavus's own words when it refused. */
  readonly refusal?: string;
  readonly conversationId?: string;
  /** Recordings that there were before anybody asked for one. */
  readonly recordingsBeforeStart?: number;
  /** Events that the browser saw, in order, without repetitions of one kind. */
  readonly roomEvents: readonly string[];
  /** What the storage writer knows of the recording; `sentence` is what the vendor would not tell. */
  readonly sent?: z.infer<typeof RECORDING>;
  readonly callback?: JsonObject;
}

/** How long the callback of a recording that was written may take; the simulator needs half a second. */
const CALLBACK_TIMEOUT_MS = 10_000;

/** The body with which the backend asks for a recorded conversation. */
export function createBody(values: RequestValues, replicaId: string, callbackUrl: string): JsonObject {
  return {
    replica_id: replicaId,
    conversation_name: 'npm run local',
    callback_url: callbackUrl,
    properties: {
      enable_closed_captions: false,
      enable_recording: true,
      recording_s3_bucket_name: values.bucketName,
      recording_s3_bucket_region: values.bucketRegion,
      aws_assume_role_arn: values.roleArn,
    },
  };
}

/** Creates a conversation, joins it, records, ends it, and waits until it is known what became of the recording. */
export async function holdConversation(
  access: TavusAccess,
  values: RequestValues,
  callbacks: CallbackListener,
): Promise<Outcome> {
  const api = async (path: string, body?: JsonObject): Promise<{ status: number; body: unknown }> =>
    post(`${access.apiBaseUrl}${path}`, { 'x-api-key': access.apiKey }, body);
  const created = await api('/conversations', createBody(values, access.replicaId, callbacks.url));
  const refusal = z
    .object({ error: z.string() })
    .or(z.object({ message: z.string() }))
    .safeParse(created.body);
  if (created.status !== 200) {
    const [words = `HTTP ${created.status}`] = Object.values(refusal.data ?? {});
    return { status: created.status, refusal: words, roomEvents: [] };
  }
  const { conversation_id: id } = z.object({ conversation_id: z.string() }).parse(created.body);
  const act = async (what: string): Promise<unknown> =>
    post(`${access.control.url}/sim/rooms/${id}/${what}`, controlHeaders(access.control), {});
  await act('join');
  const before = await roomOf(access.control, id);
  await act('recording/start');
  await act('recording/stop');
  const after = await roomOf(access.control, id, 'settled');
  await act('leave');
  await api(`/conversations/${id}/end`);

  const [sent] = after.recordings;
  // A recording that failed has no callback: waiting would only take time.
  const callback =
    sent?.state === 'delivered'
      ? await callbacks.next('application.recording_ready', CALLBACK_TIMEOUT_MS)
      : undefined;
  return {
    status: created.status,
    conversationId: id,
    recordingsBeforeStart: before.recordings.length,
    roomEvents: [...new Set(after.events.map(({ action }) => action))],
    ...defined({ sent, callback }),
  };
}

async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: JsonObject,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, ...defined({ 'content-type': body && 'application/json' }) },
    ...defined({ body: body && JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

/** What the simulator knows of a room. With `until` it answers when no recording is under way any more. */
export async function roomOf(control: Control, id: string, until?: 'settled'): Promise<z.infer<typeof ROOM>> {
  const query = until === undefined ? '' : `?until=${until}`;
  const response = await fetch(`${control.url}/sim/rooms/${id}${query}`, {
    headers: controlHeaders(control),
  });
  return ROOM.parse(await response.json());
}
