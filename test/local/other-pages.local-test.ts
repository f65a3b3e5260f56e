import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Browser, Page } from 'playwright-core';
import { clientOptions, rootOf, type EmulatorCredentials } from '../../local/aws/clients';
import { launchBrowser } from '../../ops/prove/browser';
import { CLIP_FILE } from '../../local/tavus/recording-bytes';
import { signInQuery } from './aws/sigv4';
import { OWNER, startTestEmulator, type TestEmulator } from './aws/support';
import { bench, closeAll, listenOn, type Bench } from './tavus/helpers';

const OBJECT = '/recordings/tavus/c1/1';
/** A file that the function of a page would write, if it ran. */
const MARKER = path.join(tmpdir(), `written-by-a-page-${process.pid}`);

let running: TestEmulator;
let self: Bench;
let conversation: string;
let browser: Browser;
let pages: Server;
let pagesPort: number;
let root: EmulatorCredentials;
let s3: S3Client;

beforeAll(async () => {
  running = await startTestEmulator();
  self = await bench();
  conversation = await self.create();
  root = rootOf(running.emulator, OWNER);
  s3 = new S3Client(clientOptions(running.emulator, root));
  await s3.send(new CreateBucketCommand({ Bucket: 'recordings' }));
  const object = { Bucket: 'recordings', Key: OBJECT.slice(12), Body: readFileSync(CLIP_FILE) };
  await s3.send(new PutObjectCommand({ ...object, ContentType: 'video/mp4' }));
  pages = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>other</title>'),
  );
  pagesPort = await listenOn(pages);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await new Promise((resolve) => pages.close(resolve));
  await closeAll();
  await running.stop();
  rmSync(MARKER, { force: true });
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

/** Host names of web pages; none has the origin of a server. */
const NAMES = ['localhost', 'evil.localhost', '127.0.0.1'];

async function otherPage(name: string): Promise<Page> {
  // In favour of the attacker: a person who has accepted the certificate.
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`http://${name}:${pagesPort}/`);
  return page;
}

/** Sends a "simple" request, without CORS preflight. @returns `blocked`, or the status that the page can read */
const simple = (page: Page, url: string, body?: string): Promise<number | 'blocked'> =>
  page.evaluate(
    `fetch(${JSON.stringify(url)}, ${JSON.stringify(
      body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': 'text/plain' } },
    )}).then(({ status }) => status, () => 'blocked')`,
  );

/** All addresses at which a browser reaches servers of this computer. */
const addresses = (...urls: readonly string[]): string[] =>
  urls.flatMap((url) => NAMES.map((name) => `${new URL(url).protocol}//${name}:${new URL(url).port}`));
const emulators = (): string[] => addresses(running.emulator.plainEndpoint, running.emulator.endpoint);

/** Requests to the emulator with public knowledge: account numbers and MiniStack's default key. */
function guessed(
  base: string,
  method: string,
  where: string,
  service: string,
  query = {},
  body = '',
): string[] {
  return [OWNER, 'test'].flatMap((accessKeyId) => {
    const signer = { credentials: { accessKeyId, secretAccessKey: 'test' }, service };
    const { path: signed } = signInQuery(
      { method, host: new URL(base).host, path: where, query, body },
      signer,
    );
    return [`${base}${signed}`, `${base}${signed.replace(/Signature=.*/, `Signature=${'0'.repeat(64)}`)}`];
  });
}

/** An uncompressed ZIP archive with one file, in base64. */
function zip(name: string, content: string): string {
  const bytes = Buffer.from(content);
  const about = Buffer.alloc(26);
  about.writeUInt16LE(10, 0);
  about.writeUInt32LE(crc32(bytes), 10);
  about.writeUInt32LE(bytes.length, 14);
  about.writeUInt32LE(bytes.length, 18);
  about.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), about, Buffer.from(name), bytes]);
  const madeBy = Buffer.from([10, 0]);
  const central = Buffer.concat([
    Buffer.from('PK\u0001\u0002'),
    madeBy,
    about,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]).toString('base64');
}

describe.each(NAMES)('a web page of %s', (name) => {
  test('cannot create a role or run code in the emulator', async () => {
    const page = await otherPage(name);
    const outcomes = new Set<number | 'blocked'>();
    const trust = '{"Version":"2012-10-17","Statement":[]}';
    const role = { Action: 'CreateRole', RoleName: 'evil', AssumeRolePolicyDocument: trust };
    const made = JSON.stringify({
      FunctionName: 'evil',
      Runtime: 'python3.11',
      Handler: 'evil.handler',
      Role: `arn:aws:iam::${OWNER}:role/evil`,
      Code: { ZipFile: zip('evil.py', `def handler(*_): open(${JSON.stringify(MARKER)}, 'w').close()`) },
    });
    const functions = '/2015-03-31/functions';
    for (const base of emulators()) {
      for (const url of guessed(base, 'POST', '/', 'iam', role)) outcomes.add(await simple(page, url, ''));
      for (const url of guessed(base, 'POST', functions, 'lambda', {}, made)) {
        outcomes.add(await simple(page, url, made));
      }
      for (const url of guessed(base, 'POST', `${functions}/evil/invocations`, 'lambda')) {
        outcomes.add(await simple(page, url, ''));
      }
    }
    expect([...outcomes]).toEqual(['blocked']);
    const { Roles: roles = [] } = await new IAMClient(clientOptions(running.emulator, root)).send(
      new ListRolesCommand({}),
    );
    expect(roles.map(({ RoleName }) => RoleName)).not.toContain('evil');
    expect(existsSync(MARKER)).toBe(false);
  });

  test('cannot read a recording, and cannot reset or configure the emulator', async () => {
    const page = await otherPage(name);
    const outcomes = new Set<number | 'blocked'>();
    for (const base of emulators()) {
      for (const url of [...guessed(base, 'GET', OBJECT, 's3'), `${base}${OBJECT}`, `${base}/recordings`]) {
        outcomes.add(await simple(page, url));
      }
      outcomes.add(await simple(page, `${base}/_ministack/config`, '{"stepfunctions._sfn_mock_config":""}'));
      outcomes.add(await simple(page, `${base}/_ministack/reset`, ''));
    }
    expect([...outcomes]).toEqual(['blocked']);
    const stored = await s3.send(new HeadObjectCommand({ Bucket: 'recordings', Key: OBJECT.slice(12) }));
    expect(stored.ContentLength).toBeGreaterThan(0);
  });

  test('cannot control the simulator, and cannot read its requests', async () => {
    const page = await otherPage(name);
    const outcomes = new Set<number | 'blocked'>();
    for (const base of addresses(self.simulator.url)) {
      outcomes.add(await simple(page, `${base}/sim/faults`, '{"duplicate":true}'));
      outcomes.add(await simple(page, `${base}/sim/rooms/${conversation}/join`, '{}'));
      outcomes.add(await simple(page, `${base}/rooms/${conversation}/join`, '{"media":true}'));
      outcomes.add(await simple(page, `${base}/sim/rooms/${conversation}/shutdown`, ''));
      for (const where of ['/sim/requests', `/sim/rooms/${conversation}`, '/v2/conversations']) {
        outcomes.add(await simple(page, `${base}${where}`));
      }
    }
    expect([...outcomes]).toEqual(['blocked']);
    expect((await self.sim('/faults', {})).json).toMatchObject({ duplicate: false });
    expect(await self.room(conversation)).toMatchObject({ status: 'active', participants: [] });
  });

  test('plays a recording by a presigned link, but only with a valid signature', async () => {
    const page = await otherPage(name);
    const { host } = new URL(running.emulator.plainEndpoint);
    const { path: signed } = signInQuery({ method: 'GET', host, path: OBJECT }, { credentials: root });
    const played = (link: string): Promise<string> =>
      page.evaluate(`new Promise((resolve) => {
        const video = document.createElement('video');
        video.onloadeddata = () => resolve('plays');
        video.onerror = () => resolve('refused');
        video.src = ${JSON.stringify(link)};
      })`);
    expect(await played(`http://${host}${signed}`)).toBe('plays');
    expect(await simple(page, `http://${host}${signed}`)).toBe('blocked');
    expect(await played(`http://${host}${signed.replace(/.$/, (c) => (c === '0' ? '1' : '0'))}`)).toBe(
      'refused',
    );
    const before = { credentials: root, at: new Date(Date.now() - 2_000) };
    const { path: brief } = signInQuery({ method: 'GET', host, path: OBJECT }, before, 1);
    expect(await played(`http://${host}${brief}`)).toBe('refused');
  });
});

test('another web page may show the room in a frame, but no other route', async () => {
  const page = await otherPage('localhost');
  const shown = async (where: string): Promise<string> => {
    const url = `${self.simulator.url.replace('127.0.0.1', 'localhost')}${where}`;
    await page.evaluate(`new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.onload = resolve;
      frame.src = ${JSON.stringify(url)};
      document.body.replaceChildren(frame);
    })`);
    return (await page.frames().at(-1)?.content()) ?? '';
  };
  expect(await shown(`/rooms/${conversation}`)).toContain('<title>Laptop room</title>');
  expect(await shown('/sim/requests')).toContain('Origin: another web page, got nothing.');
});

test('a person can open the room and a recording, but not under another host name', async () => {
  const page = await (await browser.newContext()).newPage();
  const opened = async (url: string): Promise<number | undefined> => (await page.goto(url))?.status();
  const room = `${self.simulator.url}/rooms/${conversation}`;
  expect(await opened(room)).toBe(200);
  expect(await opened(room.replace('127.0.0.1', 'localhost'))).toBe(200);
  expect(await opened(room.replace('127.0.0.1', 'evil.localhost'))).toBe(403);
  for (const [name, status] of [
    ['localhost', 200],
    ['evil.localhost', 403],
  ] as const) {
    const host = `${name}:${new URL(running.emulator.plainEndpoint).port}`;
    const signed = signInQuery({ method: 'GET', host, path: OBJECT }, { credentials: root });
    expect(await opened(`http://${host}${signed.path}`)).toBe(status);
  }
});
