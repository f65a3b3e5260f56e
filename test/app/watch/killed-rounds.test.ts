import type { Fact } from '../../../app/ledger/facts';
import { memoryStore } from '../../../app/ledger/memory';
import type { Store } from '../../../app/ledger/store';
import { LogMemory, TestClock } from '../helpers';
import { after, page } from '../ledger/facts';
import { never, ProbedStore } from '../ledger/probed-store';
import { TERM_MS, watching } from './process';
import { announced, announcementOf, WatchScene } from './scene';

const START = {
  announcedItself: '1'.repeat(32),
  cutOff: '2'.repeat(32),
  notIndexed: '3'.repeat(32),
  missing: '4'.repeat(32),
  late: '5'.repeat(32),
  callbacksLost: '6'.repeat(32),
  refused: '7'.repeat(32),
};

/** One start for each kind of work of a round. */
async function fill(scene: WatchScene): Promise<void> {
  await scene.start(START.announcedItself, 'open');
  await scene.start(START.cutOff, 'expected');
  scene.tavus.add(`name ${START.cutOff}`, '');
  await scene.start(START.notIndexed, 'created', { longestCallSec: 36_000 });
  await scene.missing(START.missing);
  const late = await scene.missing(START.late);
  await scene.add(
    START.late,
    { kind: 'judged', at: after(1500), n: 1, verdict: 'unannounced', cause: 'not-announced', evidence: [] },
    { kind: 'told', at: after(1501), n: 1 },
    announced(1600, late),
  );
  const lost = await scene.missing(START.callbacksLost);
  scene.conversation(lost).log.push({
    event_type: 'application.recording_ready',
    timestamp: new Date(after(700)).toISOString(),
    properties: announcementOf(lost),
  });
  await scene.start(START.refused, 'created', { longestCallSec: 36_000 });
  await scene.add(START.refused, page(9, 'joined'), page(12, 'recording-error', { error: 'refused' }));
}

/** Facts without time-dependent values. */
const withoutTimes = (facts: readonly Fact[]): readonly string[] =>
  facts
    .filter(({ kind }) => kind !== 'told')
    .map((fact) => JSON.stringify({ ...fact, at: 0, ...(fact.kind === 'judged' ? { evidence: [] } : {}) }))
    .toSorted();

async function rowsOf(store: Store): Promise<readonly string[]> {
  const keys: string[] = [];
  for (const prefix of ['c:', 'd:', 's:']) {
    for await (const rows of store.partitions(prefix)) {
      keys.push(...rows.map(({ partition, key }) => `${partition} ${key}`));
    }
  }
  return keys.toSorted();
}

interface Run {
  readonly scene: WatchScene;
  readonly calls: number;
  /** Rows of facts in the store when the process died. */
  readonly acknowledged: readonly string[];
  readonly log: LogMemory;
}

/** Kills a process at the n-th call of its round, before or after it is executed, and starts another one. */
async function run(at: number, when: 'before' | 'after'): Promise<Run> {
  const scene = new WatchScene(memoryStore());
  await fill(scene);
  const clock = new TestClock();
  clock.advance(3_600_000);
  const log = new LogMemory();
  const probed = new ProbedStore(scene.store);
  let calls = 0;
  let isDead = false;
  let die = (): void => undefined;
  const death = new Promise<void>((resolve) => (die = resolve));
  const reach = (moment: 'before' | 'after'): Promise<never> | undefined => {
    if (moment === 'before') calls += 1;
    if (calls === at && moment === when) {
      isDead = true;
      die();
    }
    return isDead ? never() : undefined;
  };
  probed.before = () => reach('before');
  probed.after = () => reach('after');
  scene.tavus.before = () => reach('before');
  scene.tavus.after = () => reach('after');
  const dying = watching({ store: probed, tavus: scene.tavus, clock, log });
  await Promise.race([dying.watch.tick(), death]);
  const acknowledged = await rowsOf(scene.store);
  const killedAt = calls;

  scene.tavus.before = () => undefined;
  scene.tavus.after = () => undefined;
  const next = watching({ store: scene.store, tavus: scene.tavus, clock, log });
  await next.after(1);
  await next.after(TERM_MS / 1000);
  await next.after(60);
  return { scene, calls: killedAt, acknowledged, log };
}

test('a round killed at any of its calls loses nothing, and the next one completes it', async () => {
  const whole = await run(Infinity, 'before');
  const expectedRows = (await rowsOf(whole.scene.store)).filter((row) => !row.includes(' told:'));
  const expectedFacts = new Map<string, readonly string[]>();
  for (const startId of Object.values(START)) {
    expectedFacts.set(startId, withoutTimes(await whole.scene.ledger.facts(startId)));
  }
  // Enough for the calls to store and Tavus for seven starts.
  expect(whole.calls).toBeGreaterThan(40);
  expect(whole.log.messages()).toEqual(
    expect.arrayContaining([
      'Start abandoned: it was cut off',
      'Recording not announced',
      'Recording arrived late',
      'Recording announced',
    ]),
  );

  for (let at = 1; at <= whole.calls; at += 1) {
    for (const when of ['before', 'after'] as const) {
      const { scene, acknowledged, log } = await run(at, when);
      const name = `call ${at}, ${when}`;
      const rows = await rowsOf(scene.store);
      const lost = acknowledged.filter((row) => !rows.includes(row));
      expect([name, lost]).toEqual([name, []]);
      expect([name, rows.filter((row) => !row.includes(' told:'))]).toEqual([name, expectedRows]);
      for (const [startId, facts] of expectedFacts) {
        expect([name, withoutTimes(await scene.ledger.facts(startId))]).toEqual([name, facts]);
      }
      expect([name, scene.tavus.active.map(({ name: title }) => title)]).toEqual([
        name,
        [`name ${START.notIndexed}`, `name ${START.refused}`],
      ]);
      expect([name, told(log, 'Recording not announced')]).toEqual([name, [START.missing, START.refused]]);
      expect([name, told(log, 'Recording arrived late')]).toEqual([name, [START.late]]);
      const open = await scene.open();
      expect([name, [...new Set(open.map(([startId]) => startId))].toSorted()]).toEqual([
        name,
        [START.notIndexed, START.missing, START.refused],
      ]);
    }
  }
});

/** The starts with at least one log line. */
const told = (log: LogMemory, msg: string): readonly string[] =>
  [...new Set(log.lines().flatMap((line) => (line.msg === msg ? String(line['start_id']) : [])))].toSorted();
