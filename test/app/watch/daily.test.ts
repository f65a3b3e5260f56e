import type { Fact } from '../../../app/ledger/facts';
import { readAll, type Store } from '../../../app/ledger/store';
import { keptUntil } from '../../../app/watch/daily';
import { TestClock } from '../helpers';
import { after, created, days, expected, page, seen } from '../ledger/facts';
import { watching, type WatchingProcess } from './process';
import { announced, DUE_SEC, WatchScene } from './scene';

const id = (n: number): string => String(n).repeat(32);
const HOUR = 3600;
/** The scene begins at 10:00; the figures of a day are logged at 3:00 on the next one. */
const FIGURES_SEC = 17 * HOUR;

let scene: WatchScene;
let clock: TestClock;
let one: WatchingProcess;

beforeEach(() => {
  scene = new WatchScene();
  clock = new TestClock();
  one = another();
});

const another = (): WatchingProcess => watching({ store: scene.store, tavus: scene.tavus, clock });
const figures = (process: WatchingProcess) =>
  process.log.lines().filter(({ msg }) => msg === 'Recordings of the day');

/** Four calls of a day: one good, one missing, one without recording, one never created. */
async function fill(): Promise<void> {
  await scene.add(id(1), announced(700, await scene.missing(id(1))));
  await scene.missing(id(2));
  await scene.start(id(3), 'created', { isRecorded: false, reason: 'not-wanted' });
  await scene.start(id(4), 'expected');
  await one.after(DUE_SEC);
}

describe('the figures of a day', () => {
  test('are logged once, at three on the next day', async () => {
    await fill();
    await one.after(FIGURES_SEC - DUE_SEC - 60);
    expect(figures(one)).toEqual([]);
    await one.after(60);
    await one.after(60);
    expect(figures(one)).toHaveLength(1);
    expect(figures(one)[0]).toMatchObject({
      level: 'info',
      day: '2026-06-01',
      starts: 4,
      good: 1,
      bad: 1,
      states: { announced: 1, unannounced: 1, 'not-expected': 1, abandoned: 1 },
    });
  });

  test('are not logged again after a restart', async () => {
    await fill();
    await one.after(FIGURES_SEC - DUE_SEC);
    await one.watch.stop();
    const next = another();
    await next.after(60);
    expect(figures(next)).toEqual([]);
    await scene.start(id(5), 'expected');
    await next.after(24 * HOUR);
    // Nothing was started on that day.
    expect(figures(next)).toEqual([]);
  });
});

async function rowsOf(store: Store): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const prefix of ['c:', 'd:', 's:']) {
    for await (const some of store.partitions(prefix)) rows.push(...some.map(({ partition }) => partition));
  }
  return [...new Set(rows)].toSorted();
}

describe('an old start', () => {
  test('is deleted with all its index rows, and no other row', async () => {
    await fill();
    await one.after(days(400) - DUE_SEC - HOUR);
    const before = await rowsOf(scene.store);
    expect(before).toHaveLength(4 + 3 + 1);
    clock.advance(24 * HOUR * 1000);
    const fresh = 'f'.repeat(32);
    await scene.ledger.add(fresh, { ...expected(), at: clock.now() });
    await scene.ledger.index(fresh, 'c9', clock.now());
    await one.after(0);
    // The good one was last known to exist at its announcement, ten minutes later; its retention is over by now, too.
    expect(await rowsOf(scene.store)).toEqual([`c:c9`, 'd:2027-07-07', `s:${fresh}`]);
  });

  test('is searched only on old days', async () => {
    const dayMs = days(1) * 1000;
    await Promise.all([0, 1, 2].map((day) => scene.ledger.index(id(day), `c${day}`, after(0) + day * dayMs)));
    const found: string[] = [];
    for await (const starts of scene.ledger.startsByDay({ until: after(0) + dayMs })) {
      found.push(...starts.map(({ startId }) => startId));
    }
    expect(found).toEqual([id(0), id(1)]);
  });

  test('is deleted with personal data', async () => {
    await scene.start(id(1), 'created');
    await scene.add(id(1), { kind: 'person', at: after(1), of: 'start', name: 'Ada' });
    await one.after(300);
    await one.after(days(401));
    expect(await readAll(scene.store, `s:${id(1)}`)).toEqual([]);
  });
});

describe('the retention of a start', () => {
  const DAY = 86_400_000;
  const until = (...facts: readonly Fact[]): number => (keptUntil(facts, 400) - after(0)) / DAY;

  test('counts from when its recording was last known to exist', () => {
    expect(until(expected(), created())).toBeCloseTo(400, 3);
    expect(until(expected(), created(), announced(days(2), 'c1'))).toBeCloseTo(402, 3);
    expect(until(expected(), created(), seen(days(30), 10))).toBeCloseTo(430, 3);
  });

  test('does not count a check without a result, or a page report', () => {
    expect(until(expected(), seen(days(30), 10, 'nothing'), page(days(3), 'left'))).toBeCloseTo(400, 3);
  });

  test('is longer if the bucket keeps recordings longer', () => {
    const storage = { bucket: 'b', region: 'us-east-1', retentionDays: 1000, noncurrentDays: 30 };
    expect(until(expected({ storage }))).toBeCloseTo(1060, 3);
  });
});
