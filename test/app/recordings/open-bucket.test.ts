import { readConfig, type BucketAccessConfig } from '../../../app/config';
import { LineSink } from '../../../app/log/line-sink';
import { createLogger, type Log } from '../../../app/log/logger';
import { openBucket, type MonitoredBucket } from '../../../app/recordings/open-bucket';
import { openS3Bucket } from '../../../app/recordings/s3-bucket';
import { LogMemory, ON } from '../helpers';
import { MemoryBucket } from './memory-bucket';

const ACCESS: BucketAccessConfig = {
  kind: 'web-identity',
  bucket: 'acme-recordings',
  region: 'us-east-1',
  account: '111122223333',
  holdsBucket: undefined,
  roleArn: 'arn:aws:iam::111122223333:role/reader',
  audience: 'api://audience',
  clientId: undefined,
};

let lines: string[];
let nowMs: number;
let memory: MemoryBucket;
let opened: number;
let bucket: MonitoredBucket;

beforeEach(() => {
  lines = [];
  nowMs = 1000;
  opened = 0;
  memory = new MemoryBucket();
  const line =
    (level: string) =>
    ({ reason }: { readonly reason?: string }, text: string): void =>
      void lines.push([level, text, reason].filter((part) => part !== undefined).join(' '));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is called
  const log = {
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    level: 'info',
  } as unknown as Log;
  bucket = openBucket(ACCESS, {
    log,
    now: () => nowMs,
    open: async () => {
      opened += 1;
      return memory;
    },
  });
});

const list = async (): Promise<void> => {
  for await (const page of bucket.versions('')) expect(page).toEqual([]);
};
const fails = async (call: Promise<unknown>): Promise<void> => {
  await expect(call).rejects.toThrow('The test');
};

test('opens once at the first request, and logs once that it can be read', async () => {
  expect(opened).toBe(0);
  await Promise.all([list(), list(), bucket.uploads('')]);
  expect(opened).toBe(1);
  expect(lines).toEqual(['info Bucket can be read']);
});

test('logs why it cannot be read, since when, and when it can again', async () => {
  memory.deny('role-refused');
  await fails(list());
  nowMs = 2000;
  await fails(bucket.uploads(''));
  expect(lines).toEqual(['error Bucket cannot be read role-refused']);
  expect(bucket.unreadableSinceMs).toBe(1000);
  memory.deny(undefined);
  await Promise.all([list(), bucket.uploads('')]);
  expect(bucket.unreadableSinceMs).toBeUndefined();
  expect(lines).toEqual(['error Bucket cannot be read role-refused', 'info Bucket can be read']);
});

test('logs an unreachable AWS only after five minutes', async () => {
  memory.deny('unreachable');
  await fails(list());
  memory.deny(undefined);
  await list();
  memory.deny('unreachable');
  await fails(list());
  nowMs += 5 * 60_000 - 1;
  await fails(list());
  expect(lines).toEqual(['info Bucket can be read']);
  nowMs += 1;
  await fails(list());
  expect(lines).toEqual(['info Bucket can be read', 'error Bucket cannot be read unreachable']);
});

test('logs this at each log level', async () => {
  const log = new LogMemory();
  const quiet = openBucket(ACCESS, {
    log: createLogger(readConfig({ ...ON, LOG_LEVEL: 'silent' }), new LineSink(log)),
    now: () => nowMs,
    open: async () => memory,
  });
  memory.deny('denied');
  await fails(quiet.uploads(''));
  expect(log.messages()).toEqual(['Bucket cannot be read']);
});

test('logs a second reason, too', async () => {
  memory.deny('no-token', 'versions');
  await fails(list());
  memory.deny('denied', 'versions');
  await fails(list());
  expect(lines).toEqual(['error Bucket cannot be read no-token', 'error Bucket cannot be read denied']);
  expect(bucket.unreadableSinceMs).toBe(1000);
});

test('is not readable while one right is missing, even if other requests succeed', async () => {
  memory.deny('denied', 'uploads');
  for (let n = 0; n < 3; n += 1) {
    await list();
    await fails(bucket.uploads(''));
  }
  expect(lines).toEqual(['info Bucket can be read', 'error Bucket cannot be read denied']);
  expect(bucket.unreadableSinceMs).toBe(1000);
});

test('a listing that breaks off is discarded', async () => {
  memory.cutListings(0);
  await fails(list());
  nowMs += 5 * 60_000;
  await fails(list());
  expect(lines).toEqual(['error Bucket cannot be read unreachable']);
});

test('creating a link does not change whether the bucket counts as readable', async () => {
  await bucket.link('tavus/c1/1');
  expect(lines).toEqual([]);
});

test('a link is for one version of a video in the bucket of the account', async () => {
  const s3 = openS3Bucket({ ...ACCESS, credentials: { accessKeyId: 'key', secretAccessKey: 'secret' } });
  const { origin, pathname, searchParams } = new URL((await s3.link('tavus/c1/1', { versionId: 'v1' })).url);
  expect(origin + pathname).toBe('https://acme-recordings.s3.us-east-1.amazonaws.com/tavus/c1/1');
  const asked = [...searchParams].filter(([name]) => !name.startsWith('X-Amz-'));
  expect(Object.fromEntries(asked)).toEqual({
    'response-cache-control': 'private, no-store',
    'response-content-type': 'video/mp4',
    versionId: 'v1',
    'x-amz-expected-bucket-owner': '111122223333',
    'x-id': 'GetObject',
  });
  expect(searchParams.get('X-Amz-SignedHeaders')).toBe('host');
  expect(searchParams.get('X-Amz-Expires')).toBe('900');
  s3.close();
});

/** As a session of an hour is reported: 20 minutes shorter than its duration. */
test('a link of 15 minutes is signed with credentials valid for at least that time', async () => {
  jest.useFakeTimers();
  const startMs = Date.now();
  let asked = 0;
  const s3 = openS3Bucket({
    ...ACCESS,
    credentials: async () => {
      asked += 1;
      return {
        accessKeyId: `session${asked}`,
        secretAccessKey: 'secret',
        sessionToken: 'token',
        expiration: new Date(Date.now() + 40 * 60_000),
      };
    },
  });
  const signedAt = async (minute: number): Promise<string | null> => {
    jest.setSystemTime(startMs + minute * 60_000);
    return new URL((await s3.link('tavus/c1/1')).url).searchParams.get('X-Amz-Credential');
  };
  expect(await signedAt(0)).toMatch(/^session1\//);
  // The session is valid for another 26 min.
  expect(await signedAt(34)).toMatch(/^session1\//);
  expect(await signedAt(36)).toMatch(/^session2\//);
  jest.useRealTimers();
  s3.close();
});
