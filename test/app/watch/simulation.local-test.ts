import { Ledger } from '../../../app/ledger/ledger';
import { readAll } from '../../../app/ledger/store';
import { stateOf } from '../../../app/ledger/states';
import { callOf } from '../../../app/watch/call';
import { deadlineOf } from '../../../app/watch/deadline';
import { Random } from '../random';
import { CALLS, outcomeOf, CallScript, type SimulatedCall } from './simulated-calls';
import { SimulatedCloud, type Caller, type SimulatedLine } from './simulated-world';

/** Per seed. `SIMULATED_CALLS=1000` is the long form, of some minutes. */
const CALL_COUNT = Number(process.env['SIMULATED_CALLS'] ?? 300);
/** A start every 40 s on the average. */
const BETWEEN_SEC = 40;
/** A replica is killed about so often while calls begin. */
const KILL_SEC = 900;
const DAY_SEC = 86_400;
const HOUR_SEC = 3600;
const ROUND_MS = 10_000;
/** A lease that nobody renews, and the tick by which another takes it. */
const TAKEOVER_MS = 30_000 + 2 * ROUND_MS;
/** Tavus and the bucket give no answer for so long. */
const AWAY_SEC = { tavus: 600, bucket: 900 };
/** Who gave none is asked again after a minute; the bucket, where all seems to be well, after half of the time. */
const ASK_AGAIN_MS = (AWAY_SEC.bucket * 1000) / 2 + ROUND_MS;
/** Causes that are told when they become known, whenever the deadline is. */
const AT_ONCE: ReadonlySet<unknown> = new Set(['broke-off', 'room-refused', 'role-refused', 'unwanted']);

interface Made {
  readonly name: string;
  readonly call: SimulatedCall;
  readonly caller: Caller;
}

/** Simulates the calls and the week after them. */
async function simulate(
  seed: number,
  maySee: boolean,
): Promise<{ readonly world: SimulatedCloud; readonly made: readonly Made[] }> {
  const random = new Random(seed);
  const world = new SimulatedCloud(random, maySee);
  worlds.push(world);
  await world.addReplica();
  await world.addReplica();
  const made: Made[] = [];
  const names = Object.keys(CALLS);
  let second = 60;
  for (let count = 0; count < CALL_COUNT; count += 1) {
    const name = names[count % names.length] ?? '';
    const call = CALLS[name];
    if (call === undefined) throw new Error(`There is no call ${name}.`);
    world.time.in(second, async () => {
      void begin(world, name, call, made);
      await world.quiet();
    });
    second += random.below(2 * BETWEEN_SEC);
  }
  for (let at = KILL_SEC; at < second; at += random.below(2 * KILL_SEC))
    world.time.in(at, () => world.kill());
  // Tavus is away now and then, for less than it takes to be told of.
  for (let at = 5000; at < second; at += 12_000) {
    world.leaveTavusAway(at, AWAY_SEC.tavus);
  }
  for (let at = 2000; at < second; at += 7000) world.leaveBucketUnreadable(at, AWAY_SEC.bucket);
  await world.time.run(second + 6 * HOUR_SEC);
  world.isCalm = true;
  await world.time.run(8 * DAY_SEC);
  return { world, made };
}

async function begin(world: SimulatedCloud, name: string, call: SimulatedCall, made: Made[]): Promise<void> {
  const caller = await (call.body === undefined ? world.start() : world.startWith(call.body));
  // Its process died, and nobody was told of a conversation.
  if (caller === undefined) return;
  made.push({ name, call, caller });
  if (call.isDeaf === true) world.deaf.add(caller.id);
  if (call.isMessy === true) world.messy.add(caller.id);
  call.plan(new CallScript(caller));
}

/** What was told of a conversation, by lines of its own or as one of an outage. */
function toldOf(lines: readonly SimulatedLine[], id: string): readonly SimulatedLine[] {
  return lines.filter(
    ({ level, msg, conversation_id: one, conversations: many }) =>
      (one === id && /^Recording (?:missing|not announced|incomplete|gone|not wanted)$/.test(msg)) ||
      (level === 'error' && Array.isArray(many) && many.includes(id)),
  );
}

const worlds: SimulatedCloud[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

test.each([
  [1, false],
  [2, true],
  [3, true],
])(
  'every call with a fault gets its state and cause, although replicas die: seed %i, looks into the bucket: %s',
  async (seed, maySee) => {
    const { world, made } = await simulate(seed, maySee);
    const ledger = new Ledger(world.store);
    expect(world.kills.length).toBeGreaterThan(CALL_COUNT / 50);
    expect(made.length).toBeGreaterThan(CALL_COUNT * 0.9);

    const wrong: unknown[] = [];
    let slowest = { afterMs: 0, name: '' };
    const watched = new Set(world.lines.map(({ msg }) => msg));
    for (const { name, call, caller } of made) {
      const startId = (await ledger.startOf(caller.id)) ?? '';
      const facts = await ledger.facts(startId);
      const { state, cause } = stateOf(facts);
      const told = toldOf(world.lines, caller.id);
      const late = world.lines.filter(
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
      // What it learned by asking Tavus, it could not know before.
      const known = facts.filter(
        (fact) => fact.at < first.ms && !(fact.kind === 'callback' && fact.via === 'read'),
      );
      const deadlineMs = deadlineOf(callOf(known), 15);
      const excuses = [
        ...world.kills.map((ms) => [ms, ms + TAKEOVER_MS]),
        ...world.away.map(([from, to]) => [from, to + ASK_AGAIN_MS]),
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

    // Nothing is left: no conversation runs, no slot is taken, nothing waits.
    expect(world.tavus.active).toEqual([]);
    expect(await readAll(world.store, 'open')).toEqual([]);
    // Whatever was begun and not handed out has an outcome, and nobody was told of it.
    const handedOut = new Set(made.map(({ caller }) => caller.id));
    for await (const rows of ledger.startsByDay({ until: world.time.now() })) {
      for (const { startId, conversationId } of rows) {
        if (conversationId !== undefined && handedOut.has(conversationId)) continue;
        const { state } = stateOf(await ledger.facts(startId));
        expect(['not-created', 'abandoned', 'no-call', 'not-expected']).toContain(state);
        expect(toldOf(world.lines, conversationId ?? startId)).toEqual([]);
      }
    }
  },
);
