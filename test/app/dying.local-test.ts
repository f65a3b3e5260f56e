import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { build } from 'esbuild';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLedgerFile } from '../../app/ledger/ledger-file';
import { freePort } from '../../local/free-port';
import { CONSENT, ON, readReply, type HttpReply } from './helpers';
import { paidTavus, type PaidTavus } from './tavus/paid-tavus';
import { closeRawServers } from './tavus/raw-server';

/** The real process of the bundle, with a Tavus simulator that counts billed conversations. */

const ROOT = path.resolve(__dirname, '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'dying-'));
const dist = path.join(folder, 'dist');

beforeAll(() => {
  const built = spawnSync(process.execPath, ['--import', 'tsx', 'app/build.ts', dist], { cwd: ROOT });
  if (built.status !== 0) throw new Error(built.stderr.toString());
});
afterAll(() => rmSync(folder, { recursive: true }));

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await closeRawServers();
});

const KEYED = { 'idempotency-key': '0e8f4c1e-6ab1-4ad0-8a51-0b0f7c2f9a77' };

interface Running {
  readonly child: ChildProcess;
  readonly tavus: PaidTavus;
  readonly port: number;
  readonly log: () => string;
  /** Exit code and signal, after the whole log was read. */
  readonly ended: Promise<unknown[]>;
  readonly start: (headers?: Readonly<Record<string, string>>, body?: object) => Promise<HttpReply>;
}

/** @param stdout a file descriptor @default a pipe that is read */
async function run(env: NodeJS.ProcessEnv = {}, stdout: number | 'pipe' = 'pipe'): Promise<Running> {
  const tavus = await paidTavus();
  const port = await freePort();
  const child = spawn(process.execPath, [path.join(dist, 'server.mjs')], {
    env: { ...ON, TAVUS_API_BASE_URL: tavus.apiBaseUrl, PORT: String(port), ...env },
    stdio: ['ignore', stdout, 'inherit'],
  });
  children.push(child);
  const ended = once(child, 'close');
  let log = '';
  child.stdout?.on('data', (text: Buffer) => (log += text.toString()));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await fetch(`${url}/readyz`).catch(() => undefined))?.ok) break;
    await sleep(100);
  }
  return {
    child,
    tavus,
    port,
    log: () => log,
    ended,
    start: async (headers = {}, body = {}) =>
      readReply(
        await fetch(`${url}/tavus/start`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', connection: 'close', ...headers },
          body: JSON.stringify(body),
        }),
      ),
  };
}

describe('a log that cannot be written', () => {
  async function threeStarts(running: Running): Promise<void> {
    const replies = [];
    for (let retry = 0; retry < 3; retry += 1) replies.push(await running.start(KEYED));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(running.tavus.paid).toHaveLength(1);
    // A consent would be lost.
    const consent = { ...CONSENT, accepted_at: new Date().toISOString() };
    const refused = await running.start({}, { consent });
    expect([refused.status, running.tavus.paid.length]).toEqual([503, 1]);
    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual([0, null]);
  }

  (existsSync('/dev/full') ? test : test.skip)('a full disk', async () => {
    const full = openSync('/dev/full', 'w');
    const running = await run({}, full);
    closeSync(full);
    await threeStarts(running);
  });

  test('a closed pipe', async () => {
    const running = await run();
    running.child.stdout?.destroy();
    await threeStarts(running);
  });
});

describe('SIGTERM', () => {
  test('before a request is complete: nothing is started', async () => {
    const { child, tavus, port, ended } = await run();
    const half = connect(port, '127.0.0.1');
    half.on('error', () => undefined);
    half.write('POST /tavus/start HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n');
    await sleep(200);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(tavus.paid).toEqual([]);
  });

  test('while Tavus takes 10 s: the caller gets its conversation', async () => {
    const { child, tavus, start, ended } = await run();
    tavus.onCreate = (socket, answer) => void setTimeout(() => socket.end(answer), 10_000);
    const reply = start(KEYED);
    await tavus.untilCreates(1);
    child.kill('SIGTERM');
    expect(await reply).toMatchObject({ status: 200, json: { conversation_id: 'c1' } });
    expect(await ended).toEqual([0, null]);
    expect([tavus.paid.length, tavus.active()]).toEqual([1, ['c1']]);
  });

  test('twice, as npm forwards Ctrl-C: the start is still finished', async () => {
    const { child, tavus, start, ended } = await run();
    tavus.onCreate = (socket, answer) => void setTimeout(() => socket.end(answer), 500);
    const reply = start(KEYED);
    await tavus.untilCreates(1);
    for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM'] as const) {
      child.kill(signal);
      await sleep(50);
    }
    expect((await reply).status).toBe(200);
    expect(await ended).toEqual([0, null]);
  });

  test('while Tavus does not respond: the conversation is found and ended', async () => {
    const { child, tavus, start, ended } = await run();
    tavus.onCreate = () => undefined;
    const reply = start(KEYED);
    await tavus.untilCreates(1);
    child.kill('SIGTERM');
    expect((await reply).status).toBe(504);
    expect(await ended).toEqual([0, null]);
    expect([tavus.paid.length, tavus.active()]).toEqual([1, []]);
  });

  test('while a conversation without a response is being ended', async () => {
    const { child, tavus, start, ended } = await run();
    tavus.onCreate = (socket) => void socket.destroy();
    tavus.onEnd = (socket, answer) => void setTimeout(() => socket.end(answer), 1000);
    const reply = start(KEYED);
    await tavus.untilEnded();
    child.kill('SIGTERM');
    expect((await reply).status).toBe(502);
    expect(await ended).toEqual([0, null]);
    expect([tavus.paid.length, tavus.active()]).toEqual([1, []]);
  });

  test('while the backend waits for a disconnected caller', async () => {
    const { child, tavus, port, ended } = await run();
    let answer = (): void => undefined;
    tavus.onCreate = (socket, made) => (answer = () => void socket.end(made));
    const caller = connect(port, '127.0.0.1');
    const head = `POST /tavus/start HTTP/1.1\r\nhost: localhost\r\nidempotency-key: ${KEYED['idempotency-key']}\r\ncontent-length: 0\r\n\r\n`;
    caller.write(head);
    await tavus.untilCreates(1);
    caller.destroy();
    // A response that arrives before its report counts as received.
    await sleep(300);
    answer();
    await sleep(300);
    expect(tavus.active()).toEqual(['c1']);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(tavus.active()).toEqual([]);
  });

  test('after the response: the call continues', async () => {
    const { child, tavus, start, ended } = await run();
    expect((await start(KEYED)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(tavus.active()).toEqual(['c1']);
  });
});

describe('kill -9', () => {
  /** Every billed conversation can be found at Tavus by a start id in the log. */
  function expectKnown({ tavus, log }: Running): void {
    expect(tavus.paid).toHaveLength(1);
    const startIds = log()
      .split('\n')
      .filter((line) => line.includes('"Asking Tavus for a conversation"'))
      .map((line): unknown => JSON.parse(line).start_id);
    expect(tavus.paid.map(({ name }) => name)).toEqual(
      startIds.map((id) => `tavus-recordings ${String(id)}`),
    );
  }

  test.each<[string, (running: Running) => Promise<void>]>([
    [
      'when Tavus has the request',
      async ({ tavus }) => {
        tavus.onCreate = () => undefined;
        await tavus.untilCreates(1);
      },
    ],
    [
      "after Tavus's response",
      async ({ tavus }) => {
        await new Promise<void>((resolve) => {
          tavus.onCreate = (socket, answer) => void socket.end(answer, resolve);
        });
      },
    ],
    [
      'during the search for its conversation',
      async ({ tavus }) => {
        tavus.onCreate = (socket) => void socket.destroy();
        await tavus.untilCreates(1);
      },
    ],
  ])('%s', async (_case, until) => {
    const running = await run();
    const reached = until(running);
    void running.start(KEYED).catch(() => undefined);
    await reached;
    running.child.kill('SIGKILL');
    expect(await running.ended).toEqual([null, 'SIGKILL']);
    expectKnown(running);
  });
});

describe('kill -9 of a start, its ledger in a file', () => {
  const backend = path.join(folder, 'killed-backend.cjs');
  beforeAll(async () => {
    const entryPoints = [path.join(__dirname, 'killed-backend.ts')];
    await build({ entryPoints, outfile: backend, bundle: true, platform: 'node', target: 'node22' });
  });

  const consentNow = () => ({ ...CONSENT, accepted_at: new Date().toISOString() });
  const CAPPED = { TAVUS_MAX_CONCURRENT_CONVERSATIONS: '3' };

  interface Killed {
    readonly ledgerUrl: string;
    readonly tavus: PaidTavus;
    /** Calls that the process knows as executed. */
    readonly acknowledged: readonly string[];
    /** Undefined: it died before that. */
    readonly reply: HttpReply | undefined;
    readonly body: object;
  }

  /** A start with a key in a process that kills itself at its n-th call. */
  async function kill(at: number, when: 'before' | 'after'): Promise<Killed> {
    const tavus = await paidTavus();
    const ledgerUrl = `file:${path.join(folder, `${when}-${at}`, 'ledger.sqlite')}`;
    const own = { LEDGER_URL: ledgerUrl, TAVUS_API_BASE_URL: tavus.apiBaseUrl };
    const child = spawn(process.execPath, [backend], {
      env: { ...ON, ...CAPPED, ...own, KILL_AT: String(at), KILL_WHEN: when },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const closed = once(child, 'close');
    let output = '';
    const url = await new Promise<string>((resolve) => {
      child.stdout.on('data', (text: Buffer) => {
        output += text.toString();
        const [, found] = /^listening (.*)$/m.exec(output) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    const body = { consent: consentNow() };
    const init = {
      method: 'POST',
      headers: { ...KEYED, 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify(body),
    };
    const answer = await fetch(`${url}/tavus/start`, init).catch(() => undefined);
    const reply = answer === undefined ? undefined : await readReply(answer);
    if (reply !== undefined) child.kill('SIGKILL');
    expect(await closed).toEqual([null, 'SIGKILL']);
    const acknowledged = [...output.matchAll(/^acknowledged (.*)$/gm)].map(([, call = '']) => call);
    return { ledgerUrl, tavus, acknowledged, reply, body };
  }

  async function factsIn(ledgerUrl: string): Promise<Readonly<Record<string, unknown>>[]> {
    const store = await openLedgerFile(ledgerUrl.replace('file:', ''), {
      user: 'command-line',
      warn: () => undefined,
    });
    const facts = [];
    for await (const page of store.partitions('s:')) facts.push(...page.map(({ value }) => value));
    await store.close();
    return facts;
  }

  test.each(['before', 'after'] as const)(
    '%s each call: acknowledged rows are kept, nothing is billed twice, and the next process continues',
    async (when) => {
      let reply: HttpReply | undefined;
      for (let at = 1; reply === undefined; at += 1) {
        const killed = await kill(at, when);
        ({ reply } = killed);
        const { ledgerUrl, tavus, acknowledged } = killed;
        const where = `${when} call ${at}, after ${String(acknowledged.at(-1))}`;
        const facts = await factsIn(ledgerUrl);
        const kinds = new Set(facts.map(({ kind }) => kind));
        const written = acknowledged.filter((call) => /^write .*\bs:/.test(call)).length;
        const expected = ['expected', 'outcome'].slice(0, written);
        expect([where, expected.filter((kind) => !kinds.has(kind))]).toEqual([where, []]);
        expect([where, tavus.paid.length <= 1]).toEqual([where, true]);

        // The bundle is the next process. A decided key gets its response; any other waits.
        const next = await run({ ...CAPPED, LEDGER_URL: ledgerUrl, TAVUS_API_BASE_URL: tavus.apiBaseUrl });
        const other = await next.start({ 'idempotency-key': `the-key-after-it-${at}` }, killed.body);
        expect([where, other.status]).toEqual([where, 200]);
        const isAnswerKept = acknowledged.filter((call) => /^write .*\bidem/.test(call)).length === 2;
        if (isAnswerKept) {
          const again = await next.start(KEYED, killed.body);
          expect([where, again.status, again.json['conversation_id']]).toEqual([where, 200, 'c1']);
        }
        expect([where, tavus.paid.length <= 2]).toEqual([where, true]);
        next.child.kill('SIGKILL');
        await next.ended;
      }
      expect(reply.status).toBe(200);
    },
    600_000,
  );
});
