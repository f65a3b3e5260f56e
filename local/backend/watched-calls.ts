import { setTimeout as pause } from 'node:timers/promises';
import { WATCH_LINES } from '../../contract/watch-lines';
import type { Simulator } from '../tavus/simulator';
import { check, type ReportCheck } from '../checks';
import type { LaptopBackend } from './laptop-backend';
import { act, end, landedStatus, misbehave, report, startConversation, statusOf, type Started } from './talk';

/** A shorter recording would not be missed: the vendor keeps none of ten seconds. */
const CALL_MS = 11_000;

/** From the end of a call until the watch must have said something: a deadline of three seconds, and two rounds. */
export const TOLD_MS = 40_000;
export const POLL_MS = 100;

/** A person in a room, as far as the backend sees one. */
export interface WatchedCall {
  readonly conversation: Started;
  /** Whether its page asks for the recording. */
  readonly asks: boolean;
  readonly sinceMs: number;
}

/** A person comes into a room, and the page asks for the recording, or forgets it. */
export async function beginCall(
  simulator: Simulator,
  backend: LaptopBackend,
  asks: boolean,
): Promise<WatchedCall> {
  const conversation = await startConversation(backend);
  const call = { conversation, asks, sinceMs: Date.now() };
  await act(simulator, conversation, 'join');
  await report(backend, conversation, 'joined');
  if (asks) {
    await report(backend, conversation, 'asked');
    await act(simulator, conversation, 'recording/start');
  }
  return call;
}

/** The person leaves, once the call is long enough to be missed. */
export async function endCall(
  simulator: Simulator,
  backend: LaptopBackend,
  { conversation, asks, sinceMs }: WatchedCall,
): Promise<void> {
  await pause(Math.max(0, sinceMs + CALL_MS - Date.now()));
  if (asks) await act(simulator, conversation, 'recording/stop');
  await report(backend, conversation, 'left');
  await end(backend, conversation);
}

/** A line of the watch about one conversation. */
export interface ToldLine {
  readonly msg: string;
  readonly cause?: string;
  readonly reason?: string;
  readonly looked_at?: readonly string[];
  readonly runbook?: string;
}

const BAD: readonly string[] = [WATCH_LINES.missing, WATCH_LINES.unannounced, WATCH_LINES.partial];

/** Lines of the log about a conversation that have one of these texts, oldest first. */
export function linesOf(backend: LaptopBackend, { id }: Started, texts: readonly string[]): ToldLine[] {
  return backend
    .log()
    .split('\n')
    .filter((line) => line.includes(id))
    .map((line): ToldLine & { conversation_id?: string } => JSON.parse(line))
    .filter(({ conversation_id: about, msg }) => about === id && texts.includes(msg));
}

/** Waits until the watch has told that a recording is not as it should be; undefined: it did not in its time. */
export async function untilTold(
  backend: LaptopBackend,
  conversation: Started,
): Promise<ToldLine | undefined> {
  const deadline = Date.now() + TOLD_MS;
  for (;;) {
    const line = linesOf(backend, conversation, BAD).at(-1);
    if (line !== undefined || Date.now() > deadline) return line;
    await pause(POLL_MS);
  }
}

/** One that nobody asks for, and one whose announcement comes after its time. */
export interface WatchedCalls {
  readonly forgotten: WatchedCall;
  readonly late: WatchedCall;
}

export async function beginCalls(simulator: Simulator, backend: LaptopBackend): Promise<WatchedCalls> {
  const forgotten = await beginCall(simulator, backend, false);
  return { forgotten, late: await beginCall(simulator, backend, true) };
}

/** How long the late announcement takes: the deadline, a round, and some more. */
const LATE_MS = 15_000;

export async function endCalls(
  simulator: Simulator,
  backend: LaptopBackend,
  { forgotten, late }: WatchedCalls,
): Promise<void> {
  await endCall(simulator, backend, forgotten);
  await misbehave(simulator, { recordingReadyMs: LATE_MS });
  await endCall(simulator, backend, late);
  // What is announced later has been put off by now.
  await simulator.settled(late.conversation.id);
  await misbehave(simulator, { recordingReadyMs: 500 });
}

/** What the watch said of both, and what the replicas know of a call that went on over a deployment. */
export async function watchChecks(
  backend: LaptopBackend,
  { forgotten, late }: WatchedCalls,
): Promise<readonly ReportCheck[]> {
  await untilTold(backend, forgotten.conversation);
  await landedStatus(backend, late.conversation);
  const told = linesOf(backend, forgotten.conversation, BAD);
  const lines = linesOf(backend, late.conversation, [...BAD, WATCH_LINES.late]).map(({ msg }) => msg);
  // Each on a connection of its own, so that both replicas are asked.
  const statuses = [
    await statusOf(backend, late.conversation),
    await statusOf(backend, late.conversation),
  ].map(({ recording, recordings }) => `${recording}, ${recordings.length} recording`);
  return [
    check(
      'simulator',
      'watch-missing',
      'watch: a recording that nobody asked for',
      'told once: not-asked',
      `told ${told.length === 1 ? 'once' : `${told.length} times`}: ${told[0]?.cause ?? 'no cause'}`,
    ),
    check(
      'simulator',
      'watch-late',
      'watch: one that is there, and announced after its time',
      'told of nothing',
      lines.length === 0 ? 'told of nothing' : lines.join(', then: '),
    ),
    check(
      'stand-in Azure',
      'ledger-restart',
      'ledger: of a call over a deployment',
      'landed, 1 recording',
      statuses[0] ?? 'nothing',
    ),
    check(
      'stand-in Azure',
      'ledger-replicas',
      'ledger: what two replicas say of it',
      'the same',
      new Set(statuses).size === 1 ? 'the same' : statuses.join(' and '),
    ),
  ];
}
