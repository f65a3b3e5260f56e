import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import { openS3PassThrough, type S3PassThrough } from '../../../local/aws/s3-pass-through';
import { bootstrap, deploy, readHandOver, type RunContext } from '../../../local/deployment';
import { freePort } from '../../../local/free-port';
import { DEFAULT_API_KEY, DEFAULT_REPLICA_ID } from '../../../local/tavus/options';
import { startSimulator, type Simulator } from '../../../local/tavus/simulator';
import { AwsCloud } from '../../../local/tavus/storage/aws-cloud';
import { OWNER, REGION, ROOT, startTestEmulator, type TestEmulator } from '../../local/aws/support';
import { PROVEN, readProof, start } from './scene';

/** A manually started backend: built, with a `.env`, on this machine. Only Tavus and AWS are simulated. */

const START_KEY = 'a-start-key-of-some-length';
const OPERATOR_KEY = 'an-operator-key-of-some-length';

let running: TestEmulator;
let passThrough: S3PassThrough;
let simulator: Simulator;
let server: ChildProcess;
let folder: string;
let url: string;
let bucket: string;
let aws: NodeJS.ProcessEnv;

beforeAll(async () => {
  const frontPort = await freePort();
  running = await startTestEmulator({ frontPort });
  const { emulator, directory } = running;
  passThrough = await openS3PassThrough(emulator, frontPort);
  const { signal } = new AbortController();
  const context: RunContext = { emulator, directory, root: ROOT, encryption: 's3', signal };
  await bootstrap(context);
  await deploy(context);
  const { settings } = await readHandOver(context);
  bucket = settings.TAVUS_RECORDING_S3_BUCKET_NAME;
  const port = await freePort();
  simulator = await startSimulator({
    port,
    roomBaseUrl: `http://localhost:${port}/rooms`,
    faults: { recordingReadyMs: 200, replicaJoinedMs: 100 },
    cloud: new AwsCloud({
      clientOptions: (credentials, region) => clientOptions(emulator, credentials, { region }),
      rootOf: (account) => rootOf(emulator, account),
    }),
  });
  aws = {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_CA_BUNDLE: emulator.certificateFile,
    AWS_ACCESS_KEY_ID: OWNER,
    AWS_SECRET_ACCESS_KEY: rootOf(emulator, OWNER).secretAccessKey,
    AWS_REGION: REGION,
  };
  folder = path.join(directory, 'manual-setup');
  mkdirSync(folder);
  url = await startBackend({
    TAVUS_API_KEY: DEFAULT_API_KEY,
    TAVUS_API_BASE_URL: simulator.apiBaseUrl,
    TAVUS_REPLICA_ID: DEFAULT_REPLICA_ID,
    TAVUS_ENABLE_RECORDING: 'true',
    TAVUS_RECORDING_S3_BUCKET_NAME: bucket,
    TAVUS_RECORDING_S3_BUCKET_REGION: settings.TAVUS_RECORDING_S3_BUCKET_REGION,
    TAVUS_AWS_ASSUME_ROLE_ARN: settings.TAVUS_AWS_ASSUME_ROLE_ARN,
    ROOM_ORIGIN: `http://localhost:${port}`,
    RECORDINGS_ACCESS: 'default-chain',
    CALLBACK_SECRETS: 'a-callback-secret-of-some-length',
    START_API_KEY: START_KEY,
    OPERATOR_KEY,
  });
});
afterAll(async () => {
  server.kill('SIGTERM');
  await once(server, 'close');
  await simulator.close();
  await passThrough.close();
  await running.stop();
});

/** As `npm run build` and `npm start` do. @returns its address */
async function startBackend(values: NodeJS.ProcessEnv): Promise<string> {
  const dist = path.join(folder, 'dist');
  const built = spawnSync(process.execPath, ['--import', 'tsx', 'app/build.ts', dist], { cwd: ROOT });
  if (built.status !== 0) throw new Error(built.stderr.toString());
  const port = await freePort();
  const address = `http://localhost:${port}`;
  const all = { ...values, PUBLIC_BASE_URL: address, PORT: String(port) };
  const text = Object.entries(all).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(path.join(folder, '.env'), text.join(''));
  const options = [
    `--env-file=${path.join(ROOT, 'app/start.env')}`,
    '--env-file-if-exists=.env',
    'dist/server.mjs',
  ];
  server = spawn(process.execPath, options, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      ...aws,
      AWS_ENDPOINT_URL_S3: passThrough.url,
      NODE_EXTRA_CA_CERTS: running.emulator.certificateFile,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await fetch(`${address}/readyz`).catch(() => undefined))?.ok === true) break;
    await pause(100);
  }
  return address;
}

async function objectsOf(conversation: string): Promise<number> {
  const s3 = new S3Client(clientOptions(running.emulator, rootOf(running.emulator, OWNER)));
  const listing = await s3.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: `tavus/${conversation}/` }),
  );
  s3.destroy();
  return (listing.Versions?.length ?? 0) + (listing.DeleteMarkers?.length ?? 0);
}

/** With the keys of the file. */
const prove = async (env: NodeJS.ProcessEnv) =>
  readProof(
    await start(url, {
      env: { START_API_KEY: '', OPERATOR_KEY: '', ...env },
      args: ['--env-file', path.join(folder, '.env')],
    }).done,
  );

test('is proven completely, and the recording is erased: its listing is empty', async () => {
  const ledger = `file:${path.join(folder, '.data/ledger.sqlite')}`;
  const proof = await prove({ ...aws, LEDGER_URL: ledger });
  expect([proof.code, proof.statuses]).toEqual([0, { ...PROVEN, erased: 'passed' }]);
  expect(await objectsOf(proof.report.conversationId ?? '')).toBe(0);
  for (const secret of [START_KEY, OPERATOR_KEY, DEFAULT_API_KEY, aws['AWS_SECRET_ACCESS_KEY'] ?? '']) {
    expect(proof.stdout + proof.stderr).not.toContain(secret);
  }
});

test('without the right to erase the recording stays, and the proof still passes', async () => {
  const proof = await prove({ LEDGER_URL: `file:${path.join(folder, '.data/ledger.sqlite')}` });
  expect([proof.code, proof.statuses['erased']]).toEqual([0, 'skipped']);
  expect(proof.report.steps.at(-1)?.found).toContain('AWS: the caller is unknown');
  expect(await objectsOf(proof.report.conversationId ?? '')).toBe(1);
});
