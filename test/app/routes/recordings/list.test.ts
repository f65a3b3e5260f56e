import { setTimeout as pause } from 'node:timers/promises';
import { MOST_DAYS } from '../../../../app/ledger/list-page';
import { closeEverything } from '../../helpers';
import {
  AS_OPERATOR,
  missing,
  openOperated,
  seed,
  seen,
  type OpenedWithLedger,
  type SeededStart,
} from './opened';

afterEach(closeEverything);

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 5, 1, 10);

const startAt = (n: number, at: number, more: Partial<SeededStart> = {}): SeededStart => ({
  startId: n.toString(16).padStart(32, '0'),
  conversation: `c${n}`,
  at,
  ...more,
});
interface Answer {
  readonly conversations: readonly { readonly conversation_id: string; readonly state: string }[];
  readonly next?: string;
  readonly looked_back_to?: string;
}

async function list(backend: OpenedWithLedger, query = ''): Promise<Answer> {
  const reply = await backend.get(`/recordings/api/conversations${query}`, AS_OPERATOR);
  if (reply.status !== 200) throw new Error(reply.text);
  return JSON.parse(reply.text);
}

/** All pages of a list: their number and rows. */
async function pages(backend: OpenedWithLedger, query = '?'): Promise<readonly (readonly string[])[]> {
  const all: string[][] = [];
  let next: string | undefined;
  do {
    const page = await list(backend, next === undefined ? query : `${query}&after=${next}`);
    all.push(page.conversations.map(({ conversation_id: id }) => id));
    next = page.next;
    await pause(0);
  } while (next !== undefined);
  return all;
}

test('returns each start once, newest first, over pages, also with equal times', async () => {
  const backend = await openOperated();
  // Two with each time, over three days.
  const starts = Array.from({ length: 120 }, (_, n) => startAt(n, NOW - Math.floor(n / 2) * 2_160_000));
  for (const start of starts) await seed(backend.ledger, start);
  const all = await pages(backend);
  expect(all.map(({ length }) => length)).toEqual([50, 50, 20]);
  const newestFirst = starts.toSorted(
    (one, other) => other.at - one.at || (one.startId < other.startId ? -1 : 1),
  );
  expect(all.flat()).toEqual(newestFirst.map(({ conversation }) => conversation));
});

test('a row has the state of the recording', async () => {
  const backend = await openOperated();
  const landed = startAt(1, NOW - 60_000, { name: 'Ada' });
  await seed(backend.ledger, { ...landed, facts: [seen(landed, 'v1')] });
  await seed(backend.ledger, startAt(2, NOW - 120_000, { facts: [missing(NOW)] }));
  expect((await list(backend)).conversations).toEqual([
    {
      start_id: landed.startId,
      conversation_id: 'c1',
      name: 'Ada',
      at: '2026-06-01T09:59:00.000Z',
      state: 'landed',
      recording_count: 1,
      size: 4,
      duration_sec: 42,
      expires_at: '2026-07-02T00:00:00.000Z',
    },
    {
      start_id: startAt(2, 0).startId,
      conversation_id: 'c2',
      at: '2026-06-01T09:58:00.000Z',
      state: 'missing',
      cause: 'The page did not ask for the recording: it joined but never called startRecording().',
      recording_count: 0,
    },
  ]);
});

test('a start without a conversation is a row, too, and so is one not yet checked', async () => {
  const backend = await openOperated();
  const startId = 'f'.repeat(32);
  await backend.ledger.add(startId, { kind: 'outcome', at: NOW, result: 'created', conversationId: 'c9' });
  await backend.ledger.index(startId, 'c9', NOW);
  expect((await list(backend)).conversations).toMatchObject([{ start_id: startId, state: 'starting' }]);
});

test('searches one month at a time, and says how far', async () => {
  const backend = await openOperated();
  await seed(backend.ledger, startAt(1, NOW - 70 * DAY_MS));
  const first = await list(backend);
  expect(first.conversations).toEqual([]);
  // The clock of another backend may be a day ahead.
  const lookedBack = new Date(NOW + DAY_MS - (MOST_DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
  expect(first.looked_back_to).toBe(`${lookedBack}T00:00:00.000Z`);
  expect((await pages(backend)).flat()).toEqual(['c1']);
});

test('an empty list is one page', async () => {
  expect(await list(await openOperated())).toEqual({ conversations: [] });
});

describe('finds', () => {
  const filled = async (): Promise<OpenedWithLedger> => {
    const backend = await openOperated();
    for (let n = 0; n < 60; n += 1) await seed(backend.ledger, startAt(n, NOW - n * 3_600_000));
    await seed(backend.ledger, startAt(100, NOW - DAY_MS - 5, { name: 'Größe der Ära' }));
    // Older than the days of one search.
    await seed(backend.ledger, startAt(101, NOW - 200 * DAY_MS, { facts: [missing(NOW)] }));
    await seed(backend.ledger, startAt(102, NOW - 300 * DAY_MS, { facts: [missing(NOW)] }));
    return backend;
  };

  test.each([
    ['missing recordings of any age, at once', '?state=missing,unannounced,partial,gone', [['c101', 'c102']]],
    [
      'a part of a name, in any case',
      '?name=gr%C3%B6%C3%9FE',
      [['c100'], [], [], [], [], [], [], [], [], []],
    ],
    ['one day', '?day=2026-05-31', [expect.arrayContaining(['c11', 'c34', 'c100'])]],
    ['missing recordings of one day', '?state=missing&day=2025-11-13', [['c101']]],
    ['nothing of a day without calls', '?day=2024-02-29', [[]]],
    ['no missing recording of another day', '?state=missing&day=2025-11-14', [[]]],
  ])('%s', async (_what, query, expected) => {
    expect(await pages(await filled(), query)).toEqual(expected);
  });

  test('states without their own index, together with others', async () => {
    const found = (await pages(await filled(), '?state=starting,missing')).flat();
    expect(found).toHaveLength(63);
  });

  test('all missing recordings, over pages', async () => {
    const backend = await openOperated();
    for (let n = 0; n < 51; n += 1) {
      await seed(backend.ledger, startAt(n, NOW - n * 1000, { facts: [missing(NOW)] }));
    }
    expect((await pages(backend, '?state=missing')).map(({ length }) => length)).toEqual([50, 1]);
  });
});

test.each([
  '?state=lost',
  '?after=1',
  '?day=2026-13-01',
  '?day=today',
  `?name=${'x'.repeat(121)}`,
  '?other=1',
])('refuses %s', async (query) => {
  const backend = await openOperated();
  expect((await backend.get(`/recordings/api/conversations${query}`, AS_OPERATOR)).status).toBe(400);
});

test('finds recordings on hold in any state, and marks them', async () => {
  const backend = await openOperated();
  const at = NOW - 3_600_000;
  const held = { kind: 'held', at, id: 'a', step: 'begun', ticket: 'T-1', bucket: 'holds' } as const;
  await seed(backend.ledger, startAt(1, at, { facts: [held] }));
  await seed(backend.ledger, startAt(2, at));
  await seed(backend.ledger, startAt(3, at, { facts: [held, { ...held, at: at + 1, step: 'released' }] }));
  expect((await list(backend, '?held=true')).conversations).toMatchObject([
    { conversation_id: 'c1', held: true },
  ]);
  expect((await list(backend)).conversations).toHaveLength(3);
});
