import { Readable } from 'node:stream';
import { factsOf } from '../../../app/ledger/facts';
import type { Ledger } from '../../../app/ledger/ledger';
import type { RequestSender } from '../../../app/tavus/exchange';
import { closeEverything } from '../helpers';
import { keyOf, seed, seen, type SeededStart } from '../routes/recordings/opened';
import { longClip } from './long-clip';
import { startPages, type OperatedPages, type OpenedPage } from './operated-page';
import type { ServedBucket } from './served-bucket';

jest.setTimeout(60_000);

let pages: OperatedPages;
let clip: Uint8Array;
beforeAll(async () => {
  [pages, clip] = await Promise.all([startPages(), longClip()]);
});
afterEach(closeEverything);
afterAll(() => pages.close());

const START: SeededStart = {
  startId: 'a'.repeat(32),
  conversation: 'c1',
  at: Date.UTC(2026, 5, 1, 9),
  name: 'Interview',
};

const fill = async (ledger: Ledger, bucket: ServedBucket): Promise<void> => {
  bucket.put(keyOf(START), clip, { versionId: 'v1' });
  const look = { ...seen(START, 'v1'), bytes: clip.byteLength, durationSec: 67 };
  await seed(ledger, { ...START, facts: [look] });
};

/** A fake Tavus with a transcript of this conversation. */
function transcript(): RequestSender {
  const entries = [
    { role: 'system', content: 'The prompt', seconds_from_start: 0, duration: 60 },
    { role: 'user', content: 'Can you hear me?', seconds_from_start: 0, duration: 60 },
  ];
  const event = { event_type: 'application.transcription_ready', properties: { transcript: entries } };
  const text = JSON.stringify({ conversation_id: 'c1', events: [event] });
  const sender: object = {
    request: async () => ({ statusCode: 200, headers: {}, body: Readable.from([Buffer.from(text)]) }),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what the client uses is there
  return sender as RequestSender;
}

const VIDEO = "document.querySelector('video')";

/** Polls in the page, because its policy blocks Playwright's `waitForFunction`. */
const until = (page: OpenedPage['page'], expression: string): Promise<unknown> =>
  page.evaluate(`new Promise((resolve) => {
    const look = () => (${expression}) ? resolve() : requestAnimationFrame(look);
    look();
  })`);

/** Waits until the video has passed a second. */
const playsFrom = (page: OpenedPage['page'], second: number): Promise<unknown> =>
  until(page, `${VIDEO}.currentTime > ${second} && !${VIDEO}.seeking && !${VIDEO}.paused`);

async function play(): Promise<OpenedPage> {
  const visit = await pages.visit({ fill, path: '/recordings/c1', dispatcher: transcript() });
  await visit.page.getByRole('button', { name: 'Play' }).click();
  await visit.page.waitForSelector('video');
  await playsFrom(visit.page, 0.2);
  return visit;
}

test('a recording plays directly from the bucket, by ranges, with captions', async () => {
  const { page, faults, bucket } = await play();
  expect(await page.evaluate(`Math.round(${VIDEO}.duration)`)).toBe(67);
  const rangesBefore = new Set(bucket.served.map(({ range }) => range)).size;
  await page.evaluate(`${VIDEO}.currentTime = 60`);
  await playsFrom(page, 60.2);
  const ranges = bucket.served.map(({ range }) => Number(/=(\d+)/.exec(range)?.[1]));
  expect(new Set(ranges).size).toBeGreaterThan(rangesBefore);
  // The bytes before that position were not all fetched.
  expect(Math.max(...ranges)).toBeGreaterThan(clip.byteLength / 2);
  const cue = `${VIDEO}.textTracks[0].activeCues[0]?.text`;
  await page.evaluate(`${VIDEO}.currentTime = 10`);
  await until(page, cue);
  expect(await page.evaluate(cue)).toBe('<v User>Can you hear me?');
  expect(faults).toEqual([]);
});

test('after the link has expired the player gets a new one and continues at the same position', async () => {
  const { page, faults, bucket, ledger } = await play();
  const madeBefore = bucket.linksMade;
  bucket.expireLinks();
  await page.evaluate(`${VIDEO}.currentTime = 60`);
  await playsFrom(page, 60.2);
  expect(await page.evaluate(`${VIDEO}.currentTime`)).toBeLessThan(66);
  expect(bucket.linksMade).toBe(madeBefore + 1);
  expect(bucket.served.some(({ status }) => status === 403)).toBe(true);
  // One view in the ledger, regardless of the number of links.
  const facts = await ledger.facts(START.startId);
  expect(factsOf(facts, 'viewed')).toMatchObject([{ key: keyOf(START), how: 'played', by: 'operator-key' }]);
  expect(factsOf(facts, 'person')).toContainEqual(expect.objectContaining({ name: 'Ada' }));
  expect(faults).toEqual([]);
});
