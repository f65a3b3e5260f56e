import { factOf, factsOf } from '../../../app/ledger/facts';
import { Slots } from '../../../app/ledger/slots';
import { readAll } from '../../../app/ledger/store';
import { LogMemory, TestClock } from '../helpers';
import { after, days, NOW, page } from '../ledger/facts';
import { isAway, ProbedStore } from '../ledger/probed-store';
import { TERM_MS, watching, type ProcessOptions, type WatchingProcess } from './process';
import { announced, announcementOf, DUE_SEC, WatchScene } from './scene';

const S1 = 'a'.repeat(32);
const MIN = 60;

let scene: WatchScene;
let clock: TestClock;
let one: WatchingProcess;

beforeEach(() => {
  scene = new WatchScene();
  clock = new TestClock();
  one = another();
});

/** Another process, by default with the same ledger. */
const another = (given: Partial<ProcessOptions> = {}): WatchingProcess =>
  watching({ store: scene.store, tavus: scene.tavus, clock, ...given });

const outcomeOf = async (startId: string): Promise<string | undefined> =>
  factOf(await scene.ledger.facts(startId), 'outcome')?.result;
/** Requests to Tavus with this text in their path fail. */
const failing =
  (part: string) =>
  (call: string): void => {
    if (call.includes(part)) throw new Error('The connection was reset.');
  };
const toldOf = async (startId: string) => factsOf(await scene.ledger.facts(startId), 'told');

describe('after a crash', () => {
  test('a start without facts is dropped', async () => {
    await scene.start(S1, 'open');
    await one.after(5 * MIN);
    expect(await scene.open()).toEqual([]);
    expect(scene.tavus.calls).toEqual([]);
  });

  test('nothing is checked before it is due', async () => {
    await scene.start(S1, 'expected');
    await one.after(5 * MIN - 1);
    expect(await outcomeOf(S1)).toBeUndefined();
    expect(await scene.due()).toEqual([300]);
  });

  test('a start without an outcome is abandoned, and its conversation is found and ended', async () => {
    await scene.start(S1, 'expected');
    const made = scene.tavus.add(`Ada ${S1}`, '');
    const other = scene.tavus.add('somebody else', '');
    await new Slots(scene.store, 3, clock).take(S1, 3_600_000);
    await one.after(5 * MIN);
    expect(await outcomeOf(S1)).toBe('abandoned');
    expect([made.isActive, other.isActive]).toEqual([false, true]);
    expect(await readAll(scene.store, 'slot')).toEqual([]);
    expect(await scene.open()).toEqual([]);
    expect(one.log.find('Abandoned start looked for')).toMatchObject({
      start_id: S1,
      conversation_id: made.id,
      conversation: 'ended',
    });
  });

  test('a conversation found among the ended ones is logged, and not ended again', async () => {
    await scene.start(S1, 'expected');
    const made = scene.tavus.add('', `https://backend.example/tavus/callback/${S1}/token`);
    made.isActive = false;
    await one.after(5 * MIN);
    expect(one.log.find('Abandoned start looked for')).toMatchObject({ conversation: 'over' });
    expect(scene.tavus.calls.filter((call) => call.startsWith('POST'))).toEqual([]);
    expect(await scene.open()).toEqual([]);
  });

  test('the search is repeated until the list can be read', async () => {
    await scene.start(S1, 'expected');
    const made = scene.tavus.add(`Ada ${S1}`, '');
    scene.tavus.isAway = true;
    await one.after(5 * MIN);
    expect(await outcomeOf(S1)).toBe('abandoned');
    expect(await scene.due()).toEqual([600]);
    scene.tavus.isAway = false;
    await one.after(5 * MIN);
    expect(made.isActive).toBe(false);
    expect(await scene.open()).toEqual([]);
  });

  test('the search is repeated until the conversation could be ended', async () => {
    await scene.start(S1, 'expected');
    const made = scene.tavus.add(`Ada ${S1}`, '');
    scene.tavus.before = failing('/end');
    await one.after(5 * MIN);
    expect(made.isActive).toBe(true);
    expect(await scene.due()).toHaveLength(1);
    scene.tavus.before = () => undefined;
    await one.after(6 * MIN);
    expect(made.isActive).toBe(false);
    expect(await scene.due()).toEqual([]);
  });

  test('the search is repeated until the list of ended ones can be read, too', async () => {
    await scene.start(S1, 'expected');
    scene.tavus.before = failing('status=ended');
    await one.after(5 * MIN);
    expect(await scene.due()).toEqual([600]);
  });

  test('there is no search if the start itself has ended the conversation', async () => {
    await scene.start(S1, 'expected');
    await scene.add(S1, { kind: 'outcome', at: after(40), result: 'abandoned' }, page(41, 'ended'));
    await one.after(5 * MIN);
    expect(scene.tavus.calls).toEqual([]);
    expect(await scene.due()).toEqual([]);
  });

  test('a start in progress is not interrupted by an early visit', async () => {
    await scene.start(S1, 'expected');
    await one.after(0);
    await one.watch.lookNow(S1);
    await one.watch.stop();
    expect(await outcomeOf(S1)).toBeUndefined();
    expect(await scene.due()).toEqual([300]);
  });

  test('a start whose conversation was created keeps its outcome', async () => {
    await scene.start(S1, 'created');
    await one.after(5 * MIN);
    expect(await outcomeOf(S1)).toBe('created');
  });

  test('a created start is found by its conversation and by its day', async () => {
    const id = await scene.start(S1, 'created');
    await one.after(5 * MIN);
    expect(await scene.ledger.startOf(id)).toBe(S1);
    expect((await readAll(scene.store, 'd:2026-06-01')).map(({ value }) => value)).toEqual([
      {
        start: S1,
        conversation: id,
        at: NOW,
        state: 'starting',
        facts: 2,
        recordings: [],
        recordingCount: 0,
        bucket: 'acme-recordings',
      },
    ]);
    // Longest call, time to join, deadline.
    expect(await scene.due()).toEqual([1800 + 120 + 900]);
  });

  test('a start without a conversation is found by its day, too', async () => {
    await scene.start(S1, 'expected');
    await scene.ledger.decide(S1, { kind: 'outcome', at: after(1), result: 'not-created', problem: 'busy' });
    await one.after(5 * MIN);
    expect((await readAll(scene.store, 'd:2026-06-01')).map(({ value }) => value)).toEqual([
      {
        start: S1,
        at: NOW,
        state: 'not-created',
        cause: 'busy',
        facts: 2,
        recordings: [],
        recordingCount: 0,
        bucket: 'acme-recordings',
      },
    ]);
    expect(await scene.open()).toEqual([]);
    expect(scene.tavus.calls).toEqual([]);
  });

  test('facts of a later version are not changed', async () => {
    await scene.start(S1, 'open');
    await scene.store.write(`s:${S1}`, [{ kind: 'insert', key: 'expected', value: { kind: 'foretold' } }]);
    await one.after(5 * MIN);
    expect(await scene.due()).toEqual([300]);
    expect(one.log.find('Start could not be looked at')).toMatchObject({ start_id: S1, level: 'error' });
  });
});

describe('an immediate check', () => {
  test('adds a row with an earlier time', async () => {
    await scene.missing(S1);
    await one.after(0);
    await one.watch.lookNow(S1);
    await one.watch.stop();
    expect(await scene.due()).toEqual([300, DUE_SEC]);
  });

  test('is done by the replica that watches', async () => {
    await one.after(0);
    const other = another();
    await other.after(0);
    await scene.missing(S1);
    await other.watch.lookNow(S1);
    await other.watch.stop();
    expect(await scene.due()).toEqual([0, 300]);
    await one.after(60);
    expect(await scene.due()).toEqual([300, DUE_SEC]);
  });

  test('survives the process that requested it', async () => {
    await scene.missing(S1);
    await one.watch.lookNow(S1);
    expect(await scene.due()).toEqual([0, 300]);
  });

  test('requested during a check is done once more afterwards', async () => {
    const id = await scene.missing(S1);
    await one.after(DUE_SEC - 20);
    clock.advance(25_000);
    // The announcement arrives during the request to Tavus.
    const hasCome = new Promise<void>((resolve) => {
      scene.tavus.before = async () => {
        scene.tavus.before = () => undefined;
        clock.advance(1000);
        await scene.add(S1, announced(DUE_SEC, id));
        await one.watch.lookNow(S1);
        resolve();
      };
    });
    await one.watch.lookNow(S1);
    await hasCome;
    while ((await scene.due()).includes(DUE_SEC + 6)) await new Promise((resolve) => setImmediate(resolve));
    await one.watch.stop();
    expect(await scene.due()).toEqual([DUE_SEC]);
    expect(one.log.messages()).not.toContain('Recording not announced');
  });

  test('by two processes at the same time is reported by one of them', async () => {
    const id = await scene.missing(S1);
    const probed = new ProbedStore(scene.store);
    const slow = another({ store: probed });
    clock.advance(DUE_SEC * 1000);
    probed.before = async (call) => {
      // The slow one is about to write its decision.
      if (call !== 'write s:' || (await toldOf(S1)).length > 0) return;
      await scene.add(
        S1,
        { kind: 'judged', at: after(DUE_SEC), n: 1, verdict: 'unannounced', cause: 'x', evidence: [] },
        { kind: 'told', at: after(DUE_SEC), n: 1 },
      );
    };
    await slow.after(0);
    expect(slow.log.messages()).not.toContain('Recording not announced');
    expect(await toldOf(S1)).toHaveLength(1);
    expect(id).not.toBe('');
  });

  test('never rejects while the ledger is unavailable', async () => {
    const probed = new ProbedStore(scene.store);
    const cut = another({ store: probed });
    probed.before = isAway;
    await expect(cut.watch.lookNow(S1)).resolves.toBeUndefined();
  });
});

describe('a report', () => {
  const RUNBOOK = 'docs/runbook.md#not-announced';

  test('of a missing recording is logged once, with its cause and the observations', async () => {
    const id = await scene.missing(S1);
    await one.after(5 * MIN);
    await one.after(DUE_SEC - 300);
    await one.after(10 * MIN);
    const lines = one.log.lines().filter(({ msg }) => msg === 'Recording not announced');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'error',
      start_id: S1,
      conversation_id: id,
      cause: 'not-announced',
      check: 'role-actions',
      runbook: RUNBOOK,
    });
    expect(JSON.stringify(lines[0]?.['looked_at'])).toContain('Tavus: the conversation is over');
    expect((await toldOf(S1)).map(({ n }) => n)).toEqual([1]);
  });

  test('is logged within two rounds of the deadline', async () => {
    await scene.missing(S1);
    await one.after(5 * MIN);
    for (let second = 300; second < DUE_SEC + 20; second += 10) await one.after(10);
    expect(one.log.messages()).toContain('Recording not announced');
    expect((await toldOf(S1))[0]?.at).toBeLessThanOrEqual(after(DUE_SEC + 20));
  });

  test('is closed after seven days', async () => {
    await scene.missing(S1);
    await one.after(DUE_SEC);
    await one.after(days(7));
    await one.after(60);
    const judged = factsOf(await scene.ledger.facts(S1), 'judged');
    expect(judged.map(({ verdict }) => verdict)).toEqual(['unannounced', 'closed']);
    expect(await scene.due()).toEqual([]);
  });

  test('about an unreachable Tavus has the time since when', async () => {
    await scene.missing(S1);
    await one.after(DUE_SEC - 60);
    scene.tavus.isAway = true;
    for (let minute = 0; minute < 32; minute += 1) await one.after(60);
    const line = one.log.find('Recording not announced');
    expect(line).toMatchObject({ cause: 'tavus-unreadable' });
    const since = new Date(after(DUE_SEC)).toISOString();
    expect(JSON.stringify(line)).toContain(`Tavus: not readable since ${since}`);
  });

  test('is withdrawn if the recording arrives later', async () => {
    const id = await scene.missing(S1);
    await one.after(DUE_SEC);
    await scene.add(S1, announced(4000, id));
    await one.watch.lookNow(S1);
    await one.watch.stop();
    expect(one.log.find('Recording arrived late')).toMatchObject({ conversation_id: id, level: 'info' });
    // The remaining scheduled check finds nothing to do.
    const next = another();
    await next.after(5 * MIN);
    expect(await scene.open()).toEqual([]);
    expect(next.log.messages()).not.toContain('Recording arrived late');
  });

  test('is withdrawn if only Tavus’s log has the announcement', async () => {
    const id = await scene.missing(S1);
    await one.after(DUE_SEC);
    scene.conversation(id).log.push({
      event_type: 'application.recording_ready',
      timestamp: new Date(after(1600)).toISOString(),
      properties: announcementOf(id),
    });
    await one.after(5 * MIN);
    expect(one.log.messages()).toContain('Recording arrived late');
  });

  test('whose line could not be written is logged in the next round', async () => {
    const log = new LogMemory();
    let isFull = true;
    const write = log.write.bind(log);
    log.write = (line: string) => {
      if (isFull && line.includes('Recording not announced')) throw new Error('The disk is full.');
      return write(line);
    };
    const full = another({ log });
    await scene.missing(S1);
    await full.after(DUE_SEC);
    expect(await toldOf(S1)).toEqual([]);
    isFull = false;
    await full.after(60);
    expect(log.messages()).toContain('Recording not announced');
    expect(await toldOf(S1)).toHaveLength(1);
  });

  test('is logged at any log level', async () => {
    const quiet = another({ level: 'silent' });
    await scene.missing(S1);
    await quiet.after(DUE_SEC);
    expect(quiet.log.messages()).toEqual(['Recording not announced', 'Watch alive']);
  });

  test('of five recordings with one cause is one line with all of them', async () => {
    const ids = [];
    for (const letter of 'abcde') ids.push(await scene.missing(letter.repeat(32)));
    await one.after(DUE_SEC);
    const told = one.log.lines().filter(({ level }) => level === 'error');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      msg: 'Recording outage',
      cause: 'not-announced',
      count: 5,
      conversations: ids,
      runbook: RUNBOOK,
    });
    for (const letter of 'abcde') {
      expect(await toldOf(letter.repeat(32))).toHaveLength(1);
    }
  });

  test('of a fifth recording within 15 minutes is one of an outage', async () => {
    for (const letter of 'abcd') await scene.missing(letter.repeat(32));
    await one.after(DUE_SEC);
    const id = await scene.missing('e'.repeat(32));
    await one.after(10 * MIN);
    const told = one.log.lines().filter(({ level }) => level === 'error');
    expect(told.map(({ msg }) => msg)).toEqual([
      ...Array.from({ length: 4 }, () => 'Recording not announced'),
      'Recording outage',
    ]);
    expect(told.at(-1)).toMatchObject({ count: 5, conversations: [id] });
  });

  test('of a later recording is separate', async () => {
    for (const letter of 'abcd') await scene.missing(letter.repeat(32));
    await one.after(DUE_SEC);
    await scene.missing('e'.repeat(32));
    await one.after(16 * MIN);
    expect(one.log.messages()).not.toContain('Recording outage');
  });
});

describe('a failure', () => {
  test('of one start does not prevent the check of another', async () => {
    await scene.store.write(`s:${'0'.repeat(32)}`, [{ kind: 'insert', key: 'x', value: {} }]);
    await scene.ledger.lookAt('0'.repeat(32), after(0));
    await scene.start(S1, 'expected');
    await one.after(5 * MIN);
    expect(await outcomeOf(S1)).toBe('abandoned');
  });

  test('is followed by growing pauses', async () => {
    await scene.store.write(`s:${S1}`, [{ kind: 'insert', key: 'x', value: {} }]);
    await scene.ledger.lookAt(S1, after(0));
    for (let minute = 0; minute < 16; minute += 1) await one.after(60);
    const failures = one.log.lines().flatMap(({ failures: count }) => count ?? []);
    // At minutes 1, 2, 4, 8 and 16.
    expect(failures).toEqual([1, 2, 3, 4, 5]);
  });

  test('of Tavus, three times, skips the rest of the round', async () => {
    for (const letter of 'abcdef0123456789'.slice(0, 16)) await scene.missing(letter.repeat(32));
    scene.tavus.isAway = true;
    await one.after(DUE_SEC);
    // Eight requests run concurrently.
    expect(scene.tavus.calls.filter((call) => call.startsWith('GET'))).toHaveLength(8);
    scene.tavus.isAway = false;
    await one.after(60);
    expect(one.log.messages()).toContain('Recording outage');
  });

  test('of the lease ends the round, because another replica may continue', async () => {
    for (let count = 0; count < 100; count += 1) {
      await scene.start(String(count).padStart(32, '0'), 'expected');
    }
    const probed = new ProbedStore(scene.store);
    const slow = another({ store: probed });
    let isSlow = true;
    probed.after = (call) => {
      if (!call.startsWith('rows s:') || !isSlow) return;
      isSlow = false;
      clock.advance(TERM_MS);
    };
    await slow.after(5 * MIN);
    // The first batch was in progress.
    expect(await scene.due()).toHaveLength(60);
  });

  test('of the ledger is logged once, and due checks follow once it is available', async () => {
    const probed = new ProbedStore(scene.store);
    const cut = another({ store: probed });
    await scene.start(S1, 'expected');
    probed.before = isAway;
    await cut.after(5 * MIN);
    await cut.after(60);
    expect(cut.log.messages().filter((msg) => msg.startsWith('Watch failed'))).toHaveLength(1);
    probed.before = () => undefined;
    await cut.after(60);
    expect(await outcomeOf(S1)).toBe('abandoned');
  });
});

describe('the heartbeat', () => {
  test('is logged every five minutes by the replica that watches, and by no other', async () => {
    const other = another();
    await one.after(0);
    for (let second = 0; second < 600; second += 20) {
      await one.after(20);
      await other.watch.tick();
    }
    expect(one.log.messages().filter((msg) => msg === 'Watch alive')).toHaveLength(3);
    expect(other.log.messages()).not.toContain('Watch alive');
  });

  test('stops while the ledger is unavailable', async () => {
    const probed = new ProbedStore(scene.store);
    const cut = another({ store: probed });
    await cut.after(0);
    probed.before = isAway;
    for (let minute = 0; minute < 16; minute += 1) await cut.after(60);
    expect(cut.log.messages().filter((msg) => msg === 'Watch alive')).toHaveLength(1);
  });

  test('stops while every round fails', async () => {
    const probed = new ProbedStore(scene.store);
    const broken = another({ store: probed });
    probed.before = (call) => {
      if (call === 'rows open') throw new Error('An unexpected error.');
    };
    for (let second = 0; second < 360; second += 10) await broken.after(10);
    expect(broken.log.lines()).toMatchObject([
      { msg: 'This process watches' },
      { msg: 'Watch failed: what is due is looked at later', level: 'error' },
    ]);
  });

  test('a stopped replica hands over at once', async () => {
    await one.after(0);
    const other = another();
    await other.after(0);
    await scene.start(S1, 'expected');
    await one.watch.stop();
    await other.after(5 * MIN);
    expect(await outcomeOf(S1)).toBe('abandoned');
  });

  test('after a killed replica another takes over after a term', async () => {
    await one.after(0);
    const other = another();
    await scene.start(S1, 'expected');
    await other.after(5 * MIN);
    expect(await outcomeOf(S1)).toBeUndefined();
    await other.after(TERM_MS / 1000);
    expect(await outcomeOf(S1)).toBe('abandoned');
  });
});

test('a start without recording is visited once', async () => {
  const id = await scene.start(S1, 'created', { isRecorded: false, reason: 'not-wanted' });
  await one.after(5 * MIN);
  expect(await scene.ledger.startOf(id)).toBe(S1);
  expect(await scene.open()).toEqual([]);
});

test('many rows of one start are one visit', async () => {
  await scene.start(S1, 'expected');
  for (let second = 0; second < 250; second += 1) await scene.ledger.lookAt(S1, after(second));
  await one.after(5 * MIN);
  expect(scene.tavus.calls.filter((call) => call.includes('status=active'))).toHaveLength(1);
  expect(await scene.open()).toEqual([]);
});
