import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '../../local/free-port';

const ROOT = path.resolve(__dirname, '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'env-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** env.example with some settings filled in, as its first line says. */
function filledIn(values: Readonly<Record<string, string>>): string {
  let text = readFileSync(path.join(ROOT, 'env.example'), 'utf8');
  for (const [name, value] of Object.entries(values)) {
    const empty = new RegExp(`^#?${name}=$`, 'm');
    expect(text).toMatch(empty);
    text = text.replace(empty, `${name}=${value}`);
  }
  return text;
}

const dist = path.join(folder, 'dist');
beforeAll(() => {
  const build = spawnSync(process.execPath, ['--import', 'tsx', 'app/build.ts', dist], { cwd: ROOT });
  if (build.status !== 0) throw new Error(build.stderr.toString());
});

test('the bundle, built and started as in the guides with a completed env.example, becomes ready and exits on SIGTERM', async () => {
  const port = await freePort();
  const file = path.join(folder, '.env');
  writeFileSync(
    file,
    filledIn({
      TAVUS_API_KEY: 'tvsk_of_nobody',
      TAVUS_REPLICA_ID: 'r1',
      HOST: '127.0.0.1',
      PORT: String(port),
    }),
  );
  // Without this process's environment: the file must be enough.
  const server = spawn(process.execPath, [`--env-file=${file}`, path.join(dist, 'server.mjs')], {
    env: {},
    // Where env.example puts the ledger.
    cwd: folder,
  });
  try {
    const ended = once(server, 'close');
    let log = '';
    await new Promise<void>((resolve, reject) => {
      server.stdout.on('data', (text: Buffer) => {
        log += text.toString();
        if (log.includes('Server listening')) resolve();
      });
      void ended.then(() => reject(new Error(`It ended by itself.\n${log}`)));
    });
    expect(log).toContain('TAVUS_ENABLE_RECORDING: False');
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    server.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    server.kill('SIGKILL');
  }
});

// The first setting would be lost: recording without consent, or none at all.
test.each([
  ['UTF-8 with BOM', 'utf8', 'The file was saved as "UTF-8 with BOM".'],
  ['UTF-16', 'utf16le', 'is the beginning of a file saved as UTF-16'],
] as const)('a file saved as %s stops the bundle with an error', (_, encoding, words) => {
  const file = path.join(folder, `${encoding}.env`);
  const text = '\uFEFFTAVUS_REQUIRE_RECORDING_CONSENT=true\n';
  writeFileSync(file, Buffer.from(text, encoding));
  const { status, stderr } = spawnSync(
    process.execPath,
    [`--env-file=${file}`, path.join(dist, 'server.mjs')],
    {
      env: { TAVUS_API_KEY: 'tvsk_of_nobody', TAVUS_REPLICA_ID: 'r1', HOST: '127.0.0.1', PORT: '0' },
      encoding: 'utf8',
      timeout: 10_000,
    },
  );
  expect(stderr).toContain(words);
  expect(status).toBe(1);
});

test('a Node that is too old stops the bundle with an error, before it loads code that needs a newer one', () => {
  const oldNode = pathToFileURL(path.join(ROOT, 'test', 'fixtures', 'old-node.mjs')).href;
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', oldNode, path.join(dist, 'server.mjs')],
    { env: {}, encoding: 'utf8', timeout: 10_000 },
  );
  expect(stderr).toMatch(/^Node\.js: is not a supported version, got 22\.0\.0\. [^\n]+\n$/);
  expect(status).toBe(1);
});
