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

/** Longer than the time between two rounds of the watch. */
const WAIT_MS = 20_000;
const POLL_MS = 50;

/** A conversation that the backend started. */
export interface BackendConversation {
  readonly id: string;
  readonly pageToken: string;
  /** Undefined for a room without access control. */
  readonly meetingToken: string | undefined;
}

const json = (body: object, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** Starts a conversation as a page does after its user's consent. */
export async function startConversation({ url, startKey }: LaptopBackend): Promise<BackendConversation> {
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

/** Acts in a room like a browser, through the simulator's control routes. */
export async function actInRoom(
  simulator: Simulator,
  { id, meetingToken }: Pick<BackendConversation, 'id' | 'meetingToken'>,
  action: 'join' | 'recording/start' | 'recording/stop',
): Promise<void> {
  const body = action === 'join' ? { token: meetingToken } : {};
  const response = await fetch(
    `${simulator.url}/sim/rooms/${id}/${action}`,
    json(body, controlHeaders(simulator)),
  );
  if (!response.ok) throw new Error(`${action}: HTTP ${response.status}, ${await response.text()}`);
}

/** Sends an event of the page to the backend. */
export async function reportEvent(
  { url }: LaptopBackend,
  { id, pageToken }: BackendConversation,
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
export async function end({ url }: LaptopBackend, { id, pageToken }: BackendConversation): Promise<void> {
  await fetch(`${url}/tavus/end/${id}`, { method: 'POST', headers: { 'x-page-token': pageToken } });
}

/** Joins, records, stops and ends a conversation. */
export async function recordAndEnd(
  simulator: Simulator,
  backend: LaptopBackend,
  conversation: BackendConversation,
): Promise<void> {
  await actInRoom(simulator, conversation, 'join');
  await actInRoom(simulator, conversation, 'recording/start');
  await actInRoom(simulator, conversation, 'recording/stop');
  await end(backend, conversation);
  await simulator.settled(conversation.id);
}

/** Status of a recording; each request has its own connection. */
export async function statusOf(
  { url }: LaptopBackend,
  { id, pageToken }: BackendConversation,
): Promise<z.infer<typeof STATUS>> {
  const headers = { 'x-page-token': pageToken, connection: 'close' };
  const response = await fetch(`${url}/tavus/status/${id}`, { headers });
  return STATUS.parse(await response.json());
}

/** Waits until a condition is true, for at most twenty seconds. Does not throw, because the caller's check reports it. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!(await isTrue()) && Date.now() < deadline) await pause(POLL_MS);
}

/** Status of a recording after the backend has seen it in the bucket, which happens in its next round. */
export async function landedStatus(
  backend: LaptopBackend,
  conversation: BackendConversation,
): Promise<z.infer<typeof STATUS>> {
  await until(async () => (await statusOf(backend, conversation)).recording === 'landed');
  return statusOf(backend, conversation);
}

/** The facts about a conversation, as an operator reads them. */
export async function factsOf(
  { url, operatorKey }: LaptopBackend,
  { id }: BackendConversation,
): Promise<readonly string[]> {
  const response = await fetch(`${url}/recordings/api/conversations/${id}`, {
    headers: { authorization: `Bearer ${operatorKey}`, connection: 'close' },
  });
  return FACTS.parse(await response.json()).facts.map(({ words }) => words);
}

/** The last request to create a conversation, as the simulator received it. */
export async function lastRequest(
  simulator: Simulator,
): Promise<z.infer<typeof REQUESTS>['requests'][number]['body']> {
  const response = await fetch(`${simulator.url}/sim/requests`, { headers: controlHeaders(simulator) });
  const last = REQUESTS.parse(await response.json()).requests.at(-1);
  if (last === undefined) throw new Error('simulator: no conversation was requested');
  return last.body;
}

/** Sends a callback as Tavus would. @returns the HTTP status */
export async function sendCallback(url: string, body: object): Promise<number> {
  const response = await fetch(url, json(body));
  await response.body?.cancel();
  return response.status;
}

/** Sets faults of the simulator. */
export async function setFaults(simulator: Simulator, faults: object): Promise<void> {
  const response = await fetch(`${simulator.url}/sim/faults`, json(faults, controlHeaders(simulator)));
  if (!response.ok) throw new Error(`POST /sim/faults: HTTP ${response.status}, ${await response.text()}`);
}
