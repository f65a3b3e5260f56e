import { TAVUS_EVENTS, type Fact, type FactOf } from '../../../app/ledger/facts';
import { stateOf } from '../../../app/ledger/states';
import { lookInto, type BucketLook } from '../../../app/recordings/look';
import {
  after,
  callback,
  created,
  days,
  erased,
  expected,
  ID,
  keyAt,
  NOW,
  ready,
  seen,
} from '../ledger/facts';
import { CLIP, CLIP_SEC, movie } from './media';
import { MemoryBucket } from './memory-bucket';

const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/1b2c';
const KEY = keyAt(10);
const TIMES = 15;
let long: Uint8Array;
beforeAll(async () => (long = await movie(TIMES, 'front')));

const storage = { bucket: 'acme-recordings', region: 'us-east-1', retentionDays: 30 };
const START: readonly Fact[] = [expected({ storage: { ...storage, encryption: 's3' } }), created()];

let bucket: MemoryBucket;
let second: number;
beforeEach(() => {
  bucket = new MemoryBucket(() => after(second));
  second = 60;
});

type Read = Extract<BucketLook, { kind: 'read' }>;

/** Checks the bucket and stores the result as facts, as the watch does. */
class Looker {
  constructor(public facts: readonly Fact[] = START) {}

  async look(): Promise<Read> {
    second += 60;
    const look = await lookInto(bucket, { conversationId: ID, facts: this.facts, nowMs: after(second) });
    if (look.kind === 'unreadable') throw new Error(`The bucket is unreadable: ${look.reason}`);
    this.facts = [...this.facts, ...look.facts];
    return look;
  }

  async found(): Promise<readonly (string | undefined)[][]> {
    return (await this.look()).facts.map(({ found, why }) => (why === undefined ? [found] : [found, why]));
  }

  get state(): string {
    return stateOf(this.facts).state;
  }
}

describe('an existing recording', () => {
  test('is intact, with all details from S3 and the file', async () => {
    const expiresMs = NOW + days(30) * 1000;
    const versionId = bucket.put(KEY, CLIP, { checksum: 'CRC64NVME:AAAA', expiresMs, modifiedMs: after(40) });
    const { facts } = await new Looker().look();
    expect(facts).toEqual([
      {
        kind: 'seen',
        at: after(second),
        key: KEY,
        found: 'intact',
        versionId,
        bytes: CLIP.byteLength,
        durationSec: expect.closeTo(CLIP_SEC, 1),
        encryption: 's3',
        checksum: 'CRC64NVME:AAAA',
        modifiedMs: after(40),
        expiresMs,
      },
    ]);
  });

  test('makes an announced start landed', async () => {
    const looker = new Looker([...START, ready(50, 10, CLIP_SEC)]);
    expect(looker.state).toBe('announced');
    bucket.put(KEY, CLIP);
    await looker.look();
    expect(looker.state).toBe('landed');
    expect(stateOf(looker.facts).recordings).toMatchObject([{ key: KEY, verified: true, encryption: 's3' }]);
  });

  test('is inspected once, and needs two requests from then on', async () => {
    const looker = new Looker();
    bucket.put(KEY, CLIP);
    await looker.look();
    bucket.requests.length = 0;
    expect(await looker.found()).toEqual([]);
    expect(bucket.requests).toEqual([`versions tavus/${ID}/`, `uploads tavus/${ID}/`]);
  });

  test('is found beside others', async () => {
    const looker = new Looker();
    bucket.put(KEY, CLIP);
    expect(await looker.found()).toEqual([['intact']]);
    bucket.put(keyAt(200), CLIP);
    const { facts } = await looker.look();
    expect(facts).toMatchObject([{ key: keyAt(200), found: 'intact' }]);
  });

  test('may be longer than announced', async () => {
    bucket.put(KEY, long);
    expect(await new Looker([...START, ready(50, 10, 5)]).found()).toEqual([['intact']]);
  });

  test.each([
    [TIMES * CLIP_SEC + 14, ['intact']],
    [TIMES * CLIP_SEC + 16, ['partial', 'shorter-than-announced']],
  ])('may be up to 15 s shorter than announced: %d s', async (announced, found) => {
    bucket.put(KEY, long);
    expect(await new Looker([...START, ready(50, 10, announced)]).found()).toEqual([found]);
  });

  test('becomes partial without another inspection if Tavus later announces a longer duration', async () => {
    const looker = new Looker();
    bucket.put(KEY, long);
    expect(await looker.found()).toEqual([['intact']]);
    bucket.requests.length = 0;
    looker.facts = [...looker.facts, ready(200, 10, 600)];
    expect(await looker.found()).toEqual([['partial', 'shorter-than-announced']]);
    expect(bucket.requests.filter((one) => one.startsWith('read'))).toEqual([]);
    expect(await looker.found()).toEqual([]);
  });

  test('is not compared with the announcement of another key', async () => {
    const elsewhere = callback(50, TAVUS_EVENTS.ready, {
      recording: { key: KEY, durationSec: 600, wrong: ['bucket'] },
    });
    const looker = new Looker([...START, elsewhere]);
    expect(await looker.found()).toEqual([]);
    bucket.put(KEY, CLIP);
    expect(await looker.found()).toEqual([['intact']]);
  });
});

describe('a faulty recording', () => {
  test.each([
    ['cut in half', () => long.subarray(0, long.byteLength / 2), ['partial', 'cut-off']],
    ['empty', () => new Uint8Array(), ['not-playable', 'empty']],
    [
      'not a video',
      () => new TextEncoder().encode('{"error": "no"}'.repeat(99)),
      ['not-playable', 'no-media'],
    ],
  ])('is recognised: %s', async (_what, body, found) => {
    const looker = new Looker([...START, ready(50, 10, TIMES * CLIP_SEC)]);
    bucket.put(KEY, body());
    expect(await looker.found()).toEqual([found]);
    expect(looker.state).toBe('partial');
  });

  const KMS: FactOf<'expected'>['storage'] = { ...storage, encryption: 'kms', keyArn: KEY_ARN };
  test.each([
    ['kms, and it is s3', KMS, { encryption: 's3' }, ['wrong-encryption', 'other-encryption']],
    ['another key', KMS, { encryption: 'kms', keyArn: `${KEY_ARN}f` }, ['wrong-encryption', 'other-key']],
    ['the right key', KMS, { encryption: 'kms', keyArn: KEY_ARN }, ['intact']],
    [
      's3, and it is kms',
      { ...storage, encryption: 's3' },
      { encryption: 'kms' },
      ['wrong-encryption', 'other-encryption'],
    ],
    ['whatever, when nothing was promised', storage, { encryption: 'kms', keyArn: KEY_ARN }, ['intact']],
  ])('is compared with the encryption at its start: %s', async (_what, promised, head, found) => {
    bucket.put(KEY, CLIP, head);
    expect(await new Looker([expected({ storage: promised }), created()]).found()).toEqual([found]);
  });

  test('is found although its KMS key does not allow reading it', async () => {
    bucket.put(KEY, CLIP, { encryption: 'kms', keyArn: `${KEY_ARN}f` });
    bucket.deny('denied', 'read');
    const promised = [expected({ storage: KMS }), created()];
    expect(await new Looker(promised).found()).toEqual([['wrong-encryption', 'other-key']]);
  });
});

describe('a recording without an object', () => {
  test('is reported once if it was announced', async () => {
    const looker = new Looker([...START, ready(50, 10)]);
    expect(await looker.found()).toEqual([['nothing']]);
    expect(await looker.found()).toEqual([]);
    bucket.put(KEY, CLIP);
    expect(await looker.found()).toEqual([['intact']]);
    expect(looker.state).toBe('landed');
  });

  test('is not reported if nothing was announced', async () => {
    expect(await new Looker().found()).toEqual([]);
  });

  test('is gone behind a delete marker, and back without an inspection once the marker is removed', async () => {
    const looker = new Looker([...START, ready(50, 10, CLIP_SEC)]);
    bucket.put(KEY, CLIP);
    await looker.look();
    const marker = bucket.mark(KEY);
    expect(await looker.found()).toEqual([['nothing']]);
    expect(looker.state).toBe('gone');
    expect(await looker.found()).toEqual([]);
    bucket.remove(KEY, marker);
    bucket.requests.length = 0;
    expect(await looker.found()).toEqual([['intact']]);
    expect(bucket.requests).toHaveLength(2);
    expect(looker.state).toBe('landed');
  });

  test('is gone if it was deleted before the first check', async () => {
    const looker = new Looker([...START, ready(50, 10, CLIP_SEC)]);
    bucket.put(KEY, CLIP);
    bucket.mark(KEY);
    expect(await looker.found()).toEqual([['intact'], ['nothing']]);
    expect(looker.state).toBe('gone');
    expect(await looker.found()).toEqual([]);
  });

  test('is reported again if an object still exists after an erasure', async () => {
    const looker = new Looker();
    bucket.put(KEY, CLIP);
    await looker.look();
    looker.facts = [...looker.facts, erased(second + 1)];
    expect(await looker.found()).toEqual([['intact']]);
    expect(looker.state).toBe('back');
    expect(await looker.found()).toEqual([]);
  });
});

describe('another version under the same key', () => {
  test('is a redelivery if size and duration are the same', async () => {
    const looker = new Looker();
    bucket.put(KEY, CLIP);
    await looker.look();
    const versionId = bucket.put(KEY, CLIP);
    expect((await looker.look()).facts).toMatchObject([{ found: 'intact', versionId }]);
    expect(looker.state).toBe('landed');
  });

  test.each([
    ['seen before', true],
    ['come between two looks', false],
  ])('overwrites an intact one if it differs: %s', async (_what, isSeen) => {
    const looker = new Looker();
    bucket.put(KEY, CLIP);
    if (isSeen) await looker.look();
    bucket.put(KEY, long);
    expect(await looker.found()).toEqual([['overwritten', 'replaced']]);
    expect(looker.state).toBe('partial');
    expect(await looker.found()).toEqual([]);
  });

  test('overwrites an intact one if it is not a recording', async () => {
    const looker = new Looker();
    bucket.put(KEY, CLIP);
    await looker.look();
    bucket.put(KEY, new Uint8Array(9));
    expect(await looker.found()).toEqual([['overwritten', 'replaced']]);
  });

  test('replaces a partial one', async () => {
    const looker = new Looker([...START, ready(50, 10, TIMES * CLIP_SEC)]);
    bucket.put(KEY, long.subarray(0, 500_000));
    expect(await looker.found()).toEqual([['partial', 'cut-off']]);
    bucket.put(KEY, long);
    expect(await looker.found()).toEqual([['intact']]);
    expect(looker.state).toBe('landed');
  });

  test('restores the first one', async () => {
    const looker = new Looker();
    bucket.put(KEY, CLIP);
    await looker.look();
    bucket.put(KEY, long);
    await looker.look();
    bucket.put(KEY, CLIP);
    expect(await looker.found()).toEqual([['intact']]);
  });
});

describe('other objects below the conversation', () => {
  test('are listed, and never count as a recording', async () => {
    const captions = `tavus/${ID}/captions.vtt`;
    bucket.put(captions, new Uint8Array(9));
    bucket.put(`tavus/${ID}/events/1.json`, new Uint8Array(9));
    bucket.put(`tavus/${ID}/hidden`, new Uint8Array(9));
    bucket.mark(`tavus/${ID}/hidden`);
    bucket.put(`tavus/${ID}0/${after(10)}`, CLIP);
    const look = await new Looker().look();
    expect(look).toEqual({
      kind: 'read',
      facts: [],
      uploads: [],
      unexplained: [captions, `tavus/${ID}/events/1.json`],
    });
  });

  test('can be incomplete uploads', async () => {
    const upload = { key: KEY, uploadId: 'u1', startedMs: after(10), lastPartMs: after(20) };
    bucket.addUpload(upload);
    bucket.addUpload({ ...upload, key: `tavus/${ID}0/${after(10)}`, uploadId: 'u2' });
    expect((await new Looker().look()).uploads).toEqual([upload]);
  });
});

describe('a bucket without a response', () => {
  const looked = async (facts: readonly Fact[]): Promise<BucketLook> =>
    lookInto(bucket, { conversationId: ID, facts, nowMs: after(900) });

  test.each(['versions', 'uploads', 'head', 'read'] as const)(
    'gives no result if %s is denied',
    async (call) => {
      bucket.put(KEY, CLIP);
      bucket.deny('denied', call);
      expect(await looked(START)).toEqual({ kind: 'unreadable', reason: 'denied', sinceMs: after(900) });
    },
  );

  test('gives no result about earlier objects', async () => {
    bucket.deny('denied');
    expect(await looked([...START, ready(50, 10), seen(70, 10)])).toMatchObject({ kind: 'unreadable' });
  });

  test('reports since when', async () => {
    bucket.deny('no-token');
    bucket.unreadableSinceMs = after(300);
    expect(await looked(START)).toEqual({ kind: 'unreadable', reason: 'no-token', sinceMs: after(300) });
  });

  test('gives no result if its listing breaks off, even after a recording', async () => {
    bucket.put(KEY, CLIP);
    bucket.put(keyAt(200), CLIP);
    bucket.pageSize = 1;
    bucket.cutListings(1);
    expect(await looked([...START, ready(50, 200)])).toMatchObject({
      kind: 'unreadable',
      reason: 'unreachable',
    });
  });

  test('is otherwise read by pages', async () => {
    bucket.put(KEY, CLIP);
    bucket.put(keyAt(200), CLIP);
    bucket.pageSize = 1;
    expect(await new Looker().found()).toEqual([['intact'], ['intact']]);
  });
});
