import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import tls from 'node:tls';
import { inspect } from 'node:util';
import { openStore } from '../../../app/ledger/open';
import {
  LedgerUnavailable,
  readAll,
  type Change,
  type LedgerRow,
  type Store,
} from '../../../app/ledger/store';
import { serveIdentities, type IdentityEndpoint } from '../../../local/azure/identity/identity-endpoint';
import { tokenIssuer } from '../../../local/azure/identity/token-issuer';
import { startAzurite, type RunningTables } from '../../../local/azure/table/azurite';
import {
  answerWith,
  faultyProxy,
  loseAnswer,
  never,
  pass,
  type Behaviour,
  type FaultyProxy,
} from './faulty-proxy';
import { describeStore } from './store-contract';

/** Against Azurite, Microsoft's emulator, by the unmodified SDK and tokens of the laptop's platform. */

const ROOT = path.resolve(__dirname, '..', '..', '..');
const CLIENT_ID = '11111111-2222-4333-8444-555555555555';
const IDENTITY = { clientId: CLIENT_ID, principalId: 'app', reachesTables: true };
const folder = mkdtempSync(path.join(tmpdir(), 'ledger-tables-'));

let azurite: RunningTables;
let identities: IdentityEndpoint;
let proxy: FaultyProxy;

beforeAll(async () => {
  const issuer = tokenIssuer('7e4a4700-0000-4000-8000-000000000002');
  azurite = await startAzurite({ directory: folder, issuer });
  identities = await serveIdentities([IDENTITY], issuer);
  proxy = await faultyProxy(azurite, path.join(folder, 'key.pem'));
  Object.assign(process.env, identities.environment);
  tls.setDefaultCACertificates([...tls.getCACertificates('bundled'), azurite.certificatePem]);
});
afterAll(async () => {
  await proxy.close();
  await identities.close();
  await azurite.stop();
  rmSync(folder, { recursive: true });
});

let tables = 0;
async function newTable(): Promise<string> {
  const name = `ledger${(tables += 1)}`;
  await azurite.createTable(name);
  return name;
}

const open = (endpoint: string, table: string, clientId = CLIENT_ID): Promise<Store> =>
  openStore(
    { kind: 'table', endpoint, table },
    { user: 'backend', identity: { kind: 'managed', clientId }, warn: () => undefined },
  );

describeStore('in Azure Tables', async () => open(azurite.endpoint, await newTable()));

/** As Azure does after its own timeout. */
const makeAndAnswer503: Behaviour = async ({ forward, answer }) => {
  await forward();
  answer({ status: 503 });
};

const MULTIPART = { 'content-type': 'multipart/mixed; boundary=batchresponse_1' };

const INSERT: Change = { kind: 'insert', key: 'k', value: { a: 1 } };

describe('a table', () => {
  /** Through the proxy. */
  let store: Store;
  /** Without the proxy. */
  let direct: Store;
  beforeEach(async () => {
    const table = await newTable();
    store = await open(proxy.endpoint, table);
    direct = await open(azurite.endpoint, table);
    // From now on a token exists.
    proxy.behave();
    await store.get('p', 'k');
  });

  const rows = async (): Promise<readonly (readonly [string, unknown])[]> =>
    (await readAll(direct, 'p')).map(({ key, value }) => [key, value] as const);

  async function failureOf(call: Promise<unknown>): Promise<LedgerUnavailable> {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof LedgerUnavailable))
      throw new Error('It did not fail as unavailable.', { cause: error });
    return error;
  }

  describe('that fails briefly', () => {
    test.each([408, 429, 500, 502, 503, 504])('with %i is retried', async (status) => {
      proxy.behave(answerWith(status), answerWith(status));
      expect(await store.write('p', [INSERT])).toBe('written');
      proxy.behave(answerWith(status));
      expect(
        await store.write('p', [
          { ...INSERT, key: 'l' },
          { kind: 'delete', key: 'gone' },
        ]),
      ).toBe('written');
      proxy.behave(answerWith(status));
      expect(await readAll(store, 'p')).toHaveLength(2);
      expect(proxy.requests).toHaveLength(2);
    });

    test('with a Retry-After is retried after it, and not earlier', async () => {
      proxy.behave(answerWith(429, { 'retry-after': '1' }));
      const before = performance.now();
      expect(await store.write('p', [INSERT])).toBe('written');
      expect(performance.now() - before).toBeGreaterThanOrEqual(1_000);
      expect(proxy.requests).toHaveLength(2);
    });

    test('with a Retry-After beyond the time limit is not retried', async () => {
      proxy.behaveAlways(answerWith(503, { 'retry-after': '30' }));
      const before = performance.now();
      expect((await failureOf(store.write('p', [INSERT]))).message).toBe(
        "The ledger's table answered 503 within 3000 ms.",
      );
      expect(performance.now() - before).toBeLessThan(1_000);
      expect(proxy.requests).toHaveLength(1);
    });

    test('by closing the connection is retried', async () => {
      proxy.behave(({ drop }) => drop());
      expect(await store.get('p', 'k')).toBeUndefined();
      expect(proxy.requests).toHaveLength(2);
    });

    test('without a response on one connection is retried well within the time limit', async () => {
      proxy.behave(never);
      expect(await store.write('p', [INSERT])).toBe('written');
      expect(proxy.requests).toHaveLength(2);
    });
  });

  describe('that is unavailable', () => {
    test.each<[string, Behaviour, string]>([
      ['always returns 503', answerWith(503), 'answered 503'],
      ['never answers', never, 'did not answer'],
      ['breaks every connection', ({ drop }) => drop(), 'did not answer'],
    ])('and %s: every call fails within its time limit, with the reason', async (_what, behaviour, words) => {
      proxy.behaveAlways(behaviour);
      for (const call of [
        () => store.within(600).write('p', [INSERT]),
        () => store.within(600).write('p', [INSERT, { kind: 'delete', key: 'l' }]),
        () => store.within(600).get('p', 'k'),
        () => readAll(store.within(600), 'p'),
      ]) {
        const before = performance.now();
        const { message } = await failureOf(call());
        expect(message.replace(/ \(E[A-Z]+\)/, '')).toBe(`The ledger's table ${words} within 600 ms.`);
        expect(performance.now() - before).toBeLessThan(2_000);
      }
      proxy.behave();
      expect(await rows()).toEqual([]);
    });

    test('delays a caller without a time limit by at most 3 s', async () => {
      proxy.behaveAlways(never);
      const before = performance.now();
      await failureOf(store.write('p', [INSERT]));
      expect(performance.now() - before).toBeGreaterThan(2_500);
      expect(performance.now() - before).toBeLessThan(4_000);
    });

    test('uses one time limit for several calls', async () => {
      const limited = store.within(600);
      proxy.behaveAlways(async (exchange) => {
        await new Promise((resolve) => setTimeout(resolve, 120));
        await pass(exchange);
      });
      const before = performance.now();
      await failureOf(
        (async () => {
          for (let n = 0; n < 20; n += 1) await limited.write('p', [{ ...INSERT, key: `k${n}` }]);
        })(),
      );
      expect(performance.now() - before).toBeLessThan(1_200);
    });
  });

  describe('that refuses', () => {
    test.each([
      [403, "The ledger's table refused the backend's identity (403); a new role assignment takes minutes."],
      [401, "The ledger's table refused the backend's identity (401); a new role assignment takes minutes."],
      [400, "The ledger's table answered 400."],
      [413, "The ledger's table answered 413."],
    ])('with %i is not retried', async (status, message) => {
      for (const call of [
        () => store.write('p', [INSERT]),
        () => store.write('p', [INSERT, { kind: 'delete', key: 'l' }]),
        () => store.get('p', 'k'),
      ]) {
        proxy.behaveAlways(answerWith(status));
        expect((await failureOf(call())).message).toBe(message);
        expect(proxy.requests).toHaveLength(1);
      }
    });

    test('is reported without any part of the token', async () => {
      proxy.behaveAlways(answerWith(403));
      const error = await failureOf(store.write('p', [INSERT]));
      const token = String(proxy.requests[0]?.headers.authorization).replace('Bearer ', '');
      expect(token.length).toBeGreaterThan(100);
      expect(inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error)).not.toContain(token);
    });

    test('because it does not exist: every kind of call reports that', async () => {
      const missing = await open(azurite.endpoint, 'none');
      for (const call of [
        () => missing.write('p', [INSERT]),
        () => missing.write('p', [INSERT, { kind: 'delete', key: 'l' }]),
        () => missing.write('p', [{ kind: 'delete', key: 'k' }]),
        () => missing.get('p', 'k'),
        () => readAll(missing, 'p'),
      ]) {
        expect((await failureOf(call())).message).toBe("The ledger's table does not exist under this name.");
      }
    });

    test('because the app has no such identity', async () => {
      const stranger = await open(azurite.endpoint, 'none', '99999999-2222-4333-8444-555555555555');
      expect((await failureOf(stranger.get('p', 'k'))).message).toMatch(
        /^The ledger's table was not called, because no token could be obtained: .*No managed identity of this app/,
      );
    });
  });

  describe('whose response is lost:', () => {
    async function existing(key: string): Promise<LedgerRow> {
      await direct.write('p', [{ kind: 'insert', key, value: { old: true } }]);
      const row = await direct.get('p', key);
      if (row === undefined) throw new Error('It was not made.');
      return row;
    }

    test.each<[string, () => Promise<readonly Change[]>, readonly (readonly [string, unknown])[]]>([
      ['an insert', async () => [INSERT], [['k', { a: 1 }]]],
      [
        'a replacement',
        async () => [{ ...INSERT, kind: 'replace', etag: (await existing('k')).etag }],
        [['k', { a: 1 }]],
      ],
      ['a delete by ETag', async () => [{ kind: 'delete', key: 'k', etag: (await existing('k')).etag }], []],
      [
        'any delete',
        async () => {
          await existing('k');
          return [{ kind: 'delete', key: 'k' }];
        },
        [],
      ],
      [
        'a batch of all kinds',
        async () => {
          await existing('out');
          const { etag } = await existing('old');
          return [
            { kind: 'delete', key: 'out' },
            { kind: 'replace', key: 'old', value: { a: 2 }, etag },
            INSERT,
          ];
        },
        [
          ['k', { a: 1 }],
          ['old', { a: 2 }],
        ],
      ],
      [
        'a batch of deletes',
        async () => {
          await existing('a');
          await existing('b');
          return ['a', 'b'].map((key) => ({ kind: 'delete', key }));
        },
        [],
      ],
    ])('%s was executed, and counts as executed', async (_what, prepare, left) => {
      for (const lost of [loseAnswer, makeAndAnswer503]) {
        for (const { key } of await readAll(direct, 'p')) await direct.write('p', [{ kind: 'delete', key }]);
        const changes = await prepare();
        proxy.behave(lost);
        expect(await store.write('p', changes)).toBe('written');
        expect(await rows()).toEqual(left);
      }
    });

    test('a row that another writer created meanwhile is not ours', async () => {
      const other: Change = { ...INSERT, value: { of: 'another' } };
      proxy.behave(async ({ drop }) => {
        await direct.write('p', [other]);
        drop();
      });
      expect(await store.write('p', [INSERT])).toBe('conflict');
      expect(await rows()).toEqual([['k', { of: 'another' }]]);
    });

    test('a row that another writer replaced meanwhile is not ours', async () => {
      const { etag } = await existing('k');
      proxy.behave(async ({ drop }) => {
        await direct.write('p', [{ kind: 'replace', key: 'k', value: { of: 'another' }, etag }]);
        drop();
      });
      expect(await store.write('p', [{ kind: 'replace', key: 'k', value: {}, etag }])).toBe('conflict');
      expect(await rows()).toEqual([['k', { of: 'another' }]]);
    });

    test('without a lost response the same row twice is a conflict, without another request', async () => {
      await existing('k');
      proxy.behave();
      expect(await store.write('p', [INSERT])).toBe('conflict');
      expect(proxy.requests).toHaveLength(1);
    });
  });

  test.each([
    ['nothing at all', ''],
    [
      'a response without a change',
      '--batchresponse_1\r\n\r\n--changesetresponse_1--\r\n--batchresponse_1--',
    ],
  ])('that responds to a batch with 202 and %s causes an error', async (_what, body) => {
    proxy.behave(({ answer }) => answer({ status: 202, headers: MULTIPART, body }));
    expect(await store.write('p', [INSERT, { kind: 'insert', key: 'l', value: {} }])).toBe('written');
    expect(await rows()).toHaveLength(2);
    expect(proxy.requests).toHaveLength(2);
  });

  test('that refuses a batch with its own error codes is understood', async () => {
    const refused = 'HTTP/1.1 409 Conflict\r\nContent-Type: application/xml\r\n\r\n<error/>\r\n';
    const part = `--changesetresponse_1\r\nContent-Type: application/http\r\n\r\n${refused}`;
    proxy.behave(({ answer }) =>
      answer({ status: 202, headers: MULTIPART, body: `${part}--changesetresponse_1--` }),
    );
    expect(await store.write('p', [INSERT, { kind: 'insert', key: 'l', value: {} }])).toBe('conflict');
    expect(await rows()).toEqual([]);
  });

  test('may send empty pages between others', async () => {
    await direct.write('p', [INSERT, { ...INSERT, key: 'l' }]);
    const empty: Behaviour = ({ answer }) =>
      answer({
        status: 200,
        headers: {
          'content-type': 'application/json;odata=minimalmetadata',
          'x-ms-continuation-nextpartitionkey': '1!4!cA--',
          'x-ms-continuation-nextrowkey': '1!4!YQ--',
        },
        body: JSON.stringify({ value: [] }),
      });
    const fromThere: Behaviour = async ({ url, forward, answer }) => {
      expect(url).toContain('NextPartitionKey=1!4!cA--');
      expect(url).toContain('NextRowKey=1!4!YQ--');
      answer(await forward(url.replaceAll(/&Next\w+Key=[^&]*/g, '')));
    };
    for (const read of [() => store.rows('p'), () => store.partitions('p')]) {
      proxy.behave(empty, empty, fromThere);
      const pages: string[][] = [];
      for await (const page of read()) pages.push(page.map(({ key }) => key));
      expect(pages).toEqual([['k', 'l']]);
    }
    proxy.behave(empty, fromThere);
    expect(await store.get('p', 'k')).toMatchObject({ value: { a: 1 } });
  });

  test('after kill -9 of its writer during a batch: acknowledged rows are kept, and no batch is partial', async () => {
    const table = await newTable();
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', path.join(__dirname, 'writer.ts'), `${azurite.endpoint}/${table}`, 'b', CLIENT_ID],
      {
        cwd: ROOT,
        env: { ...process.env, NODE_EXTRA_CA_CERTS: azurite.certificateFile },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = once(child, 'close');
    const acknowledged: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      if (acknowledged.length === 5) child.kill('SIGKILL');
    }
    expect(await ended).toEqual([null, 'SIGKILL']);
    const sizes = new Map<string, number>();
    for await (const page of (await open(azurite.endpoint, table)).partitions('b')) {
      for (const { partition } of page) sizes.set(partition, (sizes.get(partition) ?? 0) + 1);
    }
    expect([...sizes.keys()]).toEqual(expect.arrayContaining(acknowledged.map((n) => `b${n}`)));
    expect(new Set(sizes.values())).toEqual(new Set([20]));
  });
});
