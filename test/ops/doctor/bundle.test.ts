import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ledger } from '../../../app/ledger/ledger';
import { openLedgerFile } from '../../../app/ledger/ledger-file';
import { writeSummary } from '../../../app/ledger/summary';
import { READ_SETTINGS, SECRET_SETTINGS, settingRow } from '../../../contract/settings';
import { doctor } from '../../../ops/doctor/doctor';
import { UsageError } from '../../../ops/usage-error';
import { closeRawServers, http, rawServer } from '../../app/tavus/raw-server';
import { awsError, fakeAws, HEALTHY, ROLE_ARN } from '../fake-aws';
import { cliContext, SETTINGS } from '../run';

const START = '0'.repeat(32);
const CONVERSATION = 'c0123456789abcdef';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
  file = path.join(folder, 'bundle.json');
});
afterEach(async () => {
  await closeRawServers();
  rmSync(folder, { recursive: true });
});

/** One secret for each secret setting, and for each other source of secrets. */
const SECRETS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(SECRET_SETTINGS.map((name) => [name, `planted?of ${name}~0123`])),
  CALLBACK_SECRETS: 'planted+current/secret,planted+previous/secret',
  AWS_SECRET_ACCESS_KEY: 'plantedAwsSecret/+0123456789',
  AWS_SESSION_TOKEN: 'plantedSessionToken/+==',
  ROOM_ORIGIN: 'planted-room-password',
  PUBLIC_BASE_URL: 'planted-signature-0123456789',
  HTTPS_PROXY: 'planted%proxy-password',
};
const PLANTED = Object.values(SECRETS).flatMap((value) => [value, ...value.split(',')]);

/** Every setting contains a secret: its own, one in its URL, or another setting's by mistake. */
const plantedSettings = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(READ_SETTINGS.map((name) => [name, SECRETS['START_API_KEY']])),
  ...SETTINGS,
  ...SECRETS,
  ROOM_ORIGIN: `https://room:${SECRETS['ROOM_ORIGIN']}@rooms.example.com`,
  PUBLIC_BASE_URL: `https://recordings.example.com/?sig=${SECRETS['PUBLIC_BASE_URL']}`,
  HTTPS_PROXY: `http://ops:${encodeURIComponent(SECRETS['HTTPS_PROXY'] ?? '')}@proxy.example.com:3128`,
  NO_PROXY: '127.0.0.1',
  // Otherwise the ledger is not read.
  AZURE_CLIENT_ID: '',
});

const base64Of = (text: string): string[] => {
  const plain = Buffer.from(text).toString('base64');
  return [plain, Buffer.from(text).toString('base64url'), encodeURIComponent(plain)];
};

/** Plain, and encoded as JSON, URL and base64. */
const formsOf = (secret: string): string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  ...base64Of(secret),
];

/** Texts of Tavus, AWS and facts: each secret in each encoding, in base64 also within a longer text. */
const WORDS = PLANTED.flatMap((secret) => [
  ...formsOf(secret),
  ...['u:', 'us:', 'use:'].flatMap((before) => base64Of(`${before}${secret} and more`)),
]).join(' ');

/** Secrets in the text, also after decoding possible base64 in it. */
function secretsIn(text: string): string[] {
  const runs = text.match(/[\w+/-]{8,}/g) ?? [];
  const decoded = runs.flatMap((run) =>
    [0, 1, 2, 3].map((at) => Buffer.from(run.slice(at), 'base64').toString('latin1')),
  );
  const all = [text, ...decoded].join('\n');
  return PLANTED.flatMap(formsOf).filter((form) => all.includes(form));
}

/** A ledger with one conversation and its participant. */
async function ledgerWith(words: string): Promise<string> {
  const ledgerFile = path.join(folder, 'ledger.sqlite');
  const store = await openLedgerFile(ledgerFile, { user: 'backend', warn: () => undefined });
  const ledger = new Ledger(store);
  const at = Date.now();
  const expected = {
    kind: 'expected',
    at,
    isRecorded: true,
    storage: { bucket: 'acme-recordings', region: 'us-east-1', keyArn: `${ROLE_ARN}/${words}` },
    longestCallSec: 3600,
    absentSec: 300,
    callsBack: true,
  } as const;
  const person = {
    kind: 'person',
    at,
    of: 'start',
    name: 'Ada Lovelace',
    principal: 'ada@acme.example',
  } as const;
  await ledger.expect(START, { expected, person }, at + 300_000);
  await ledger.add(START, { kind: 'outcome', at, result: 'created', conversationId: CONVERSATION });
  await ledger.add(START, {
    kind: 'judged',
    at: at + 1,
    n: 1,
    verdict: 'missing',
    cause: 'not-asked',
    evidence: [words],
  });
  await ledger.add(START, { kind: 'person', at, of: 'page:1', words: 'Ada said so' });
  await writeSummary(ledger, START);
  await store.close();
  return `file:${ledgerFile}`;
}

/** Runs the doctor, and returns the written bundle. */
async function bundleOf(env: NodeJS.ProcessEnv, conversationId?: string): Promise<string> {
  const talkative = awsError(WORDS, 500);
  const answers = { ...HEALTHY, GetBucketPolicyCommand: talkative };
  const context = cliContext(env);
  const options = { envFile: undefined, handOver: undefined, createTestConversation: true, json: true };
  await doctor({ ...options, bundle: { file, conversationId } }, context, () => fakeAws(answers));
  expect(secretsIn(context.written.stderr)).toEqual([]);
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

test('contains no secret from settings, facts, or messages of Tavus and AWS, in any encoding', async () => {
  const { apiBaseUrl } = await rawServer((_, socket) =>
    socket.end(http(400, JSON.stringify({ message: WORDS.slice(0, 100_000) }))),
  );
  const env: NodeJS.ProcessEnv = {
    ...plantedSettings(),
    TAVUS_API_BASE_URL: apiBaseUrl,
    LEDGER_URL: await ledgerWith(WORDS),
  };
  const given = READ_SETTINGS.filter((name) => settingRow(name).source === 'secret');
  expect(given.filter((name) => !(env[name] ?? '').startsWith('planted'))).toEqual([]);
  const bundle = await bundleOf(env, CONVERSATION);
  expect(secretsIn(WORDS)).toEqual(PLANTED.flatMap(formsOf));
  expect(secretsIn(bundle)).toEqual([]);
  expect(JSON.parse(bundle).conversation.facts[2].evidence).toEqual([expect.stringContaining('[hidden]')]);
  expect(bundle).not.toContain('TavusRole-1A2B3C');
});

test('contains the facts of the conversation, and no personal data', async () => {
  const { apiBaseUrl } = await rawServer((_, socket) => socket.end(http(400, '{}')));
  const env = {
    ...SETTINGS,
    TAVUS_API_BASE_URL: apiBaseUrl,
    LEDGER_URL: await ledgerWith('nothing was asked'),
  };
  const bundle = await bundleOf(env, CONVERSATION);
  const { conversation } = JSON.parse(bundle);
  expect(conversation.summary).toMatchObject({
    start: START,
    conversation: CONVERSATION,
    cause: 'not-asked',
  });
  expect(conversation.facts.map(({ kind }: { kind: string }) => kind)).toEqual([
    'expected',
    'outcome',
    'judged',
  ]);
  expect(bundle).not.toMatch(/Ada|ada@/);
});

test('contains versions and check results, in a file only for its user', async () => {
  const { apiBaseUrl } = await rawServer((_, socket) => socket.end(http(400, '{}')));
  file = `${file}.gz`;
  const {
    versions,
    doctor: report,
    environment,
    conversation,
  } = JSON.parse(await bundleOf({ ...SETTINGS, TAVUS_API_BASE_URL: apiBaseUrl, AWS_PROFILE: 'acme' }));
  expect(versions).toMatchObject({ node: process.versions.node, contract: '1', project: '0.1.0' });
  expect(versions.packages.fastify).toBe(require('fastify/package.json').version);
  expect(Object.values(versions.packages)).not.toContain('not installed');
  expect(report.checks.length).toBeGreaterThan(30);
  expect(environment).toEqual(['AWS_PROFILE']);
  expect(conversation).toBeUndefined();
  expect(statSync(file).mode & 0o077).toBe(0);
});

test.each([
  ['a ledger that cannot be read', undefined, 'LEDGER_URL: missing'],
  ['a conversation that it does not know', 'a ledger', 'not in the ledger'],
])('is also written with %s, and says so', async (_, isThere, words) => {
  const { apiBaseUrl } = await rawServer((__, socket) => socket.end(http(400, '{}')));
  const LEDGER_URL = isThere && (await ledgerWith('x'));
  const bundle = await bundleOf({ ...SETTINGS, TAVUS_API_BASE_URL: apiBaseUrl, LEDGER_URL }, 'c-of-another');
  expect(JSON.parse(bundle).conversation).toEqual({
    id: 'c-of-another',
    problem: expect.stringContaining(words),
  });
});

test('a file that cannot be written ends the command', async () => {
  file = path.join(folder, 'no-such-folder', 'bundle.json');
  await expect(bundleOf({ ...SETTINGS, TAVUS_API_BASE_URL: 'http://127.0.0.1:1' })).rejects.toThrow(
    UsageError,
  );
});
