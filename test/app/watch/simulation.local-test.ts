import { Ledger } from '../../../app/ledger/ledger';
import { readAll } from '../../../app/ledger/store';
import { stateOf } from '../../../app/ledger/states';
import { callOf } from '../../../app/watch/call';
import { deadlineOf } from '../../../app/watch/deadline';
import { Random } from '../random';
import { CALLS, outcomeOf, CallScript, type SimulatedCall } from './simulated-calls';
import { SimulatedCloud, type SimulatedCaller, type SimulatedLine } from './simulated-cloud';

/** Per seed. `SIMULATED_CALLS=1000` is the long form, of some minutes. */
const CALL_COUNT = Number(process.env['SIMULATED_CALLS'] ?? 300);
/** One start every 40 s on average. */
const BETWEEN_SEC = 40;
/** Average interval between kills of a replica. */
const KILL_SEC = 900;
const DAY_SEC = 86_400;
const HOUR_SEC = 3600;
const ROUND_MS = 10_000;
/** The term of a lost lease, and the tick at which another replica takes it. */
const TAKEOVER_MS = 30_000 + 2 * ROUND_MS;
/** Duration of an outage of Tavus or the bucket. */
const AWAY_SEC = { tavus: 600, bucket: 900 };
/** Longest time to the next check after an outage: half of the bucket's outage, plus a round. */
const ASK_AGAIN_MS = (AWAY_SEC.bucket * 1000) / 2 + ROUND_MS;
/** Causes that are reported as soon as they are known, regardless of the deadline. */
const AT_ONCE: ReadonlySet<unknown> = new Set(['broke-off', 'room-refused', 'role-refused', 'unwanted']);

interface Made {
  readonly name: string;
  readonly call: SimulatedCall;
  readonly caller: SimulatedCaller;
}

/** Simulates the calls and the week after them. */
async function simulate(
  seed: number,
  maySee: boolean,
): Promise<{ readonly cloud: SimulatedCloud; readonly made: readonly Made[] }> {
  const random = new Random(seed);
  const cloud = new SimulatedCloud(random, maySee);
  clouds.push(cloud);
  await cloud.addReplica();
  await cloud.addReplica();
  const made: Made[] = [];
  const names = Object.keys(CALLS);
  let second = 60;
  for (let count = 0; count < CALL_COUNT; count += 1) {
    const name = names[count % names.length] ?? '';
    const call = CALLS[name];
    if (call === undefined) throw new Error(`There is no call ${name}.`);
    cloud.time.in(second, async () => {
      void begin(cloud, name, call, made);
      await cloud.quiet();
    });
    second += random.below(2 * BETWEEN_SEC);
  }
  for (let at = KILL_SEC; at < second; at += random.below(2 * KILL_SEC))
    cloud.time.in(at, () => cloud.kill());
  // Tavus has short outages, too short for a report.
  for (let at = 5000; at < second; at += 12_000) {
    cloud.leaveTavusAway(at, AWAY_SEC.tavus);
  }
  for (let at = 2000; at < second; at += 7000) cloud.leaveBucketUnreadable(at, AWAY_SEC.bucket);
  await cloud.time.run(second + 6 * HOUR_SEC);
  cloud.isCalm = true;
  await cloud.time.run(8 * DAY_SEC);
  return { cloud, made };
}

async function begin(cloud: SimulatedCloud, name: string, call: SimulatedCall, made: Made[]): Promise<void> {
  const caller = await (call.body === undefined ? cloud.start() : cloud.startWith(call.body));
  // Its process died, and no caller got a conversation.
  if (caller === undefined) return;
  made.push({ name, call, caller });
  if (call.isDeaf === true) cloud.deaf.add(caller.id);
  if (call.isMessy === true) cloud.messy.add(caller.id);
  call.plan(new CallScript(caller));
}

/** Reports about a conversation, in its own lines or in a line about an outage. */
function toldOf(lines: readonly SimulatedLine[], id: string): readonly SimulatedLine[] {
  return lines.filter(
    ({ level, msg, conversation_id: one, conversations: many }) =>
      (one === id && /^Recording (?:missing|not announced|incomplete|gone|not wanted)$/.test(msg)) ||
      (level === 'error' && Array.isArray(many) && many.includes(id)),
  );
}

const clouds: SimulatedCloud[] = [];
afterEach(async () => {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.close()));
});

test.each([
  [1, false],
  [2, true],
  [3, true],
])(
  'every call with a fault gets its state and cause, although replicas die: seed %i, reads the bucket: %s',
  async (seed, maySee) => {
    const { cloud, made } = await simulate(seed, maySee);
    const ledger = new Ledger(cloud.store);
    expect(cloud.kills.length).toBeGreaterThan(CALL_COUNT / 50);
    expect(made.length).toBeGreaterThan(CALL_COUNT * 0.9);

    const wrong: unknown[] = [];
    let slowest = { afterMs: 0, name: '' };
    const watched = new Set(cloud.lines.map(({ msg }) => msg));
    for (const { name, call, caller } of made) {
      const startId = (await ledger.startOf(caller.id)) ?? '';
      const facts = await ledger.facts(startId);
      const { state, cause } = stateOf(facts);
      const told = toldOf(cloud.lines, caller.id);
      const late = cloud.lines.filter(
        ({ msg, conversation_id: id }) => msg === 'Recording arrived late' && id === caller.id,
      );
      const right = outcomeOf(call, maySee);
      const isRight =
        state === right.state &&
        (right.cause === undefined || cause === right.cause) &&
        told.length > 0 === (right.isTold === true) &&
        late.length > 0 === (right.isLate === true);
      if (!isRight)
        wrong.push({
          name,
          id: caller.id,
          state,
          cause,
          told: told.map(({ msg, cause: of }) => [msg, of]),
          late: late.length,
        });
      const first = told[0];
      if (first === undefined || call.isFoundDaily === true || AT_ONCE.has(first['cause'])) continue;
      // It could not know Tavus's events before its request.
      const known = facts.filter(
        (fact) => fact.at < first.ms && !(fact.kind === 'callback' && fact.via === 'read'),
      );
      const deadlineMs = deadlineOf(callOf(known), 15);
      const excuses = [
        ...cloud.kills.map((ms) => [ms, ms + TAKEOVER_MS]),
        ...cloud.away.map(([from, to]) => [from, to + ASK_AGAIN_MS]),
      ];
      const excusedMs = excuses.reduce((sum, [from = 0, to = 0]) => {
        const within = Math.min(to, first.ms) - Math.max(from, deadlineMs);
        return sum + Math.max(0, within);
      }, 0);
      const afterMs = first.ms - deadlineMs - excusedMs;
      if (afterMs > slowest.afterMs) slowest = { afterMs, name };
    }
    expect(wrong).toEqual([]);
    expect(slowest.afterMs <= 2 * ROUND_MS ? 'in time' : slowest).toBe('in time');
    expect([...watched]).toEqual(expect.arrayContaining(['Watch alive', 'Recordings of the day']));

    // Nothing is left: no running conversation, no slot, no scheduled check.
    expect(cloud.tavus.active).toEqual([]);
    expect(await readAll(cloud.store, 'open')).toEqual([]);
    // Each start that was not delivered has an outcome, and no caller got its conversation.
    const handedOut = new Set(made.map(({ caller }) => caller.id));
    for await (const rows of ledger.startsByDay({ until: cloud.time.now() })) {
      for (const { startId, conversationId } of rows) {
        if (conversationId !== undefined && handedOut.has(conversationId)) continue;
        const { state } = stateOf(await ledger.facts(startId));
        expect(['not-created', 'abandoned', 'no-call', 'not-expected']).toContain(state);
        expect(toldOf(cloud.lines, conversationId ?? startId)).toEqual([]);
      }
    }
  },
);
