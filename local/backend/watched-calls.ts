import { setTimeout as pause } from 'node:timers/promises';
import { WATCH_LINES } from '../../contract/watch-lines';
import type { Simulator } from '../tavus/simulator';
import { check, type ReportCheck } from '../checks';
import type { LaptopBackend } from './laptop-backend';
import {
  actInRoom,
  end,
  landedStatus,
  reportEvent,
  setFaults,
  startConversation,
  statusOf,
  type BackendConversation,
} from './conversation-steps';

/** Longer than ten seconds: the vendor keeps no shorter recording, so the watch would not miss it. */
const CALL_MS = 11_000;

/** Time for the watch to report a call after its end: a deadline of three seconds, and two rounds. */
export const REPORT_TIMEOUT_MS = 40_000;
export const POLL_MS = 100;

/** A call that the watch follows. */
export interface WatchedCall {
  readonly conversation: BackendConversation;
  /** Whether the page starts the recording. */
  readonly asks: boolean;
  readonly sinceMs: number;
}

/** Starts a call. With `asks` the page also starts the recording. */
export async function beginCall(
  simulator: Simulator,
  backend: LaptopBackend,
  asks: boolean,
): Promise<WatchedCall> {
  const conversation = await startConversation(backend);
  const call = { conversation, asks, sinceMs: Date.now() };
  await actInRoom(simulator, conversation, 'join');
  await reportEvent(backend, conversation, 'joined');
  if (asks) {
    await reportEvent(backend, conversation, 'asked');
    await actInRoom(simulator, conversation, 'recording/start');
  }
  return call;
}

/** Ends a call once it is long enough for the watch. */
export async function endCall(
  simulator: Simulator,
  backend: LaptopBackend,
  { conversation, asks, sinceMs }: WatchedCall,
): Promise<void> {
  await pause(Math.max(0, sinceMs + CALL_MS - Date.now()));
  if (asks) await actInRoom(simulator, conversation, 'recording/stop');
  await reportEvent(backend, conversation, 'left');
  await end(backend, conversation);
}

/** A log line of the watch about one conversation. */
export interface WatchLine {
  readonly msg: string;
  readonly cause?: string;
  readonly reason?: string;
  readonly looked_at?: readonly string[];
  readonly runbook?: string;
}

/** What the watch found out about a call. */
export interface WatchResult {
  /** Its judgement in the ledger; undefined when there was none in time. */
  readonly judgement: string | undefined;
  /** Its line in the log; undefined when it reported nothing. */
  readonly reported: WatchLine | undefined;
}

const BAD: readonly string[] = [WATCH_LINES.missing, WATCH_LINES.unannounced, WATCH_LINES.partial];

/** Log lines about a conversation with one of these texts, oldest first. */
export function logLines(
  backend: LaptopBackend,
  { id }: BackendConversation,
  texts: readonly string[],
): WatchLine[] {
  return backend
    .log()
    .split('\n')
    .filter((line) => line.includes(id))
    .map((line): WatchLine & { conversation_id?: string } => JSON.parse(line))
    .filter(({ conversation_id: about, msg }) => about === id && texts.includes(msg));
}

/** Waits until the watch reports a bad recording. @returns undefined when it reports nothing in time */
export async function waitForReport(
  backend: LaptopBackend,
  conversation: BackendConversation,
): Promise<WatchLine | undefined> {
  const deadline = Date.now() + REPORT_TIMEOUT_MS;
  for (;;) {
    const line = logLines(backend, conversation, BAD).at(-1);
    if (line !== undefined || Date.now() > deadline) return line;
    await pause(POLL_MS);
  }
}

/** A call whose page never starts the recording, and one whose callback comes too late. */
export interface WatchedCalls {
  readonly forgotten: WatchedCall;
  readonly late: WatchedCall;
}

export async function beginCalls(simulator: Simulator, backend: LaptopBackend): Promise<WatchedCalls> {
  const forgotten = await beginCall(simulator, backend, false);
  return { forgotten, late: await beginCall(simulator, backend, true) };
}

/** Delay of the late callback: longer than the deadline and a round. */
const LATE_MS = 15_000;

export async function endCalls(
  simulator: Simulator,
  backend: LaptopBackend,
  { forgotten, late }: WatchedCalls,
): Promise<void> {
  await endCall(simulator, backend, forgotten);
  await setFaults(simulator, { recordingReadyMs: LATE_MS });
  await endCall(simulator, backend, late);
  // The simulator has scheduled the late callback by now.
  await simulator.settled(late.conversation.id);
  await setFaults(simulator, { recordingReadyMs: 500 });
}

/** Checks the reports about both calls, and that both replicas know a call that went on during a deployment. */
export async function watchChecks(
  backend: LaptopBackend,
  { forgotten, late }: WatchedCalls,
): Promise<readonly ReportCheck[]> {
  await waitForReport(backend, forgotten.conversation);
  await landedStatus(backend, late.conversation);
  const reported = logLines(backend, forgotten.conversation, BAD);
  const lines = logLines(backend, late.conversation, [...BAD, WATCH_LINES.late]).map(({ msg }) => msg);
  // Each request has its own connection, so each goes to another replica.
  const statuses = [
    await statusOf(backend, late.conversation),
    await statusOf(backend, late.conversation),
  ].map(({ recording, recordings }) => `${recording}, ${recordings.length} recording`);
  return [
    check(
      'watch-missing',
      'reported once: not-asked',
      `reported ${reported.length === 1 ? 'once' : `${reported.length} times`}: ${reported[0]?.cause ?? 'no cause'}`,
    ),
    check('watch-late', 'nothing reported', lines.length === 0 ? 'nothing reported' : lines.join(', then: ')),
    check('ledger-restart', 'landed, 1 recording', statuses[0] ?? 'nothing'),
    check('ledger-replicas', 'the same', new Set(statuses).size === 1 ? 'the same' : statuses.join(' and ')),
  ];
}
