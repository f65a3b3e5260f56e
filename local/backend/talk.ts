import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { CONSENT_TEXT_VERSIONS } from '../../contract/consent-text';
import { controlHeaders } from '../conversation';
import type { Simulator } from '../tavus/simulator';
import type { LaptopBackend } from './laptop-backend';

const STARTED = z.object({
  conversation_id: z.string(),
  page_token: z.string(),
  meeting_token: z.string().optional(),
});
const STATUS = z.object({ recording: z.string(), recordings: z.array(z.object({ key: z.string() })) });
const FACTS = z.object({ facts: z.array(z.object({ words: z.string() })) });
const REQUESTS = z.object({
  requests: z.array(z.object({ body: z.looseObject({ callback_url: z.string().optional() }) })),
});

/** Longer than from one round of the watch to the next. */
const PATIENCE_MS = 20_000;
const POLL_MS = 50;

/** A conversation that the backend started. */
export interface Started {
  readonly id: string;
  readonly pageToken: string;
  /** For a room that lets nobody in without. */
  readonly meetingToken: string | undefined;
}

const json = (body: object, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** Starts a conversation as a page does after its user agreed. */
export async function startConversation({ url, startKey }: LaptopBackend): Promise<Started> {
  const consent = {
    text_version: CONSENT_TEXT_VERSIONS[0],
    accepted_at: new Date().toISOString(),
    locale: 'en',
  };
  const response = await fetch(
    `${url}/tavus/start`,
    json({ recording: true, consent }, { authorization: `Bearer ${startKey}` }),
  );
  if (!response.ok) throw new Error(`POST /tavus/start: HTTP ${response.status}, ${await response.text()}`);
  const started = STARTED.parse(await response.json());
  return {
    id: started.conversation_id,
    pageToken: started.page_token,
    meetingToken: started.meeting_token,
  };
}

/** Does something in a room by the simulator's control routes, as a browser would. */
export async function act(
  simulator: Simulator,
  { id, meetingToken }: Pick<Started, 'id' | 'meetingToken'>,
  what: 'join' | 'recording/start' | 'recording/stop',
): Promise<void> {
  const body = what === 'join' ? { token: meetingToken } : {};
  const response = await fetch(
    `${simulator.url}/sim/rooms/${id}/${what}`,
    json(body, controlHeaders(simulator)),
  );
  if (!response.ok) throw new Error(`${what}: HTTP ${response.status}, ${await response.text()}`);
}

/** Tells the backend what a page tells it. */
export async function report(
  { url }: LaptopBackend,
  { id, pageToken }: Started,
  event: 'joined' | 'asked' | 'recording-started' | 'recording-stopped' | 'left',
): Promise<void> {
  const body = { event, at: new Date().toISOString() };
  const response = await fetch(
    `${url}/tavus/recording-events/${id}`,
    json(body, { 'x-page-token': pageToken }),
  );
  if (!response.ok) throw new Error(`${event}: HTTP ${response.status}, ${await response.text()}`);
}

/** Ends a call as its page does. */
export async function end({ url }: LaptopBackend, { id, pageToken }: Started): Promise<void> {
  await fetch(`${url}/tavus/end/${id}`, { method: 'POST', headers: { 'x-page-token': pageToken } });
}

/** Joins, records and stops through the simulator's control routes, and ends through the backend. */
export async function recordAndEnd(
  simulator: Simulator,
  backend: LaptopBackend,
  conversation: Started,
): Promise<void> {
  await act(simulator, conversation, 'join');
  await act(simulator, conversation, 'recording/start');
  await act(simulator, conversation, 'recording/stop');
  await end(backend, conversation);
  await simulator.settled(conversation.id);
}

/** What the backend says of a recording now, on a connection of its own. */
export async function statusOf(
  { url }: LaptopBackend,
  { id, pageToken }: Started,
): Promise<z.infer<typeof STATUS>> {
  const headers = { 'x-page-token': pageToken, connection: 'close' };
  const response = await fetch(`${url}/tavus/status/${id}`, { headers });
  return STATUS.parse(await response.json());
}

/** Waits until something holds, or for twenty seconds: what is missing then is a finding. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds()) && Date.now() < deadline) await pause(POLL_MS);
}

/** What the backend says of a recording once it has seen it in the bucket: with its next round. */
export async function landedStatus(
  backend: LaptopBackend,
  conversation: Started,
): Promise<z.infer<typeof STATUS>> {
  await until(async () => (await statusOf(backend, conversation)).recording === 'landed');
  return statusOf(backend, conversation);
}

/** Everything that is known of a conversation, in the words that an operator reads. */
export async function factsOf(
  { url, operatorKey }: LaptopBackend,
  { id }: Started,
): Promise<readonly string[]> {
  const response = await fetch(`${url}/recordings/api/conversations/${id}`, {
    headers: { authorization: `Bearer ${operatorKey}`, connection: 'close' },
  });
  return FACTS.parse(await response.json()).facts.map(({ words }) => words);
}

/** The body of the last request to create a conversation, as the simulator received it. */
export async function lastRequest(
  simulator: Simulator,
): Promise<z.infer<typeof REQUESTS>['requests'][number]['body']> {
  const response = await fetch(`${simulator.url}/sim/requests`, { headers: controlHeaders(simulator) });
  const last = REQUESTS.parse(await response.json()).requests.at(-1);
  if (last === undefined) throw new Error('simulator: was asked for no conversation');
  return last.body;
}

/** Sends a callback as if Tavus did. Answers the HTTP status. */
export async function sendCallback(url: string, body: object): Promise<number> {
  const response = await fetch(url, json(body));
  await response.body?.cancel();
  return response.status;
}

/** Sets switches of the simulator. */
export async function misbehave(simulator: Simulator, switches: object): Promise<void> {
  const response = await fetch(`${simulator.url}/sim/faults`, json(switches, controlHeaders(simulator)));
  if (!response.ok) throw new Error(`POST /sim/faults: HTTP ${response.status}, ${await response.text()}`);
}
