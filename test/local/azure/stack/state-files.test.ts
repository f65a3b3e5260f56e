import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { readStateFiles } from '../../../../local/azure/stack/state-files';

const SECRET = 'planted-tavus-key-0123456789';

/** Files of the CLI's file backend, with all secrets encrypted. */
const ENCRYPTED = {
  'state/.pulumi/meta.yaml': 'version: 1\n',
  'state/.pulumi/stacks/tavus-recordings/laptop.json': '{"ciphertext":"djE6c3RhdGU="}',
  'state/.pulumi/stacks/tavus-recordings/laptop.json.bak': '{"ciphertext":"djE6YmFr"}',
  'state/.pulumi/history/tavus-recordings/laptop/laptop-1.checkpoint.json': '{"ciphertext":"djE6aGlz"}',
  'state/.pulumi/backups/tavus-recordings/laptop/laptop.1.json': '{"ciphertext":"djE6YmFja3Vw"}',
  'Pulumi.laptop.yaml': 'config:\n  tavus-recordings:tavusApiKey:\n    secure: djE6Y29uZmln\n',
  'Pulumi.yaml': 'name: tavus-recordings\n',
} as const;

let project: string;
beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), 'state-files-'));
  for (const [file, content] of Object.entries(ENCRYPTED)) write(file, content);
});
afterEach(() => rmSync(project, { recursive: true }));

function write(file: string, content: string | Buffer): void {
  const whole = path.join(project, file);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, content);
}

const read = (): Promise<string> => readStateFiles(project, path.join(project, 'state'));

test('reads state, history, backups and the stack file without decrypting them', async () => {
  const text = await read();
  const missing = Object.entries(ENCRYPTED).filter(([, content]) => !text.includes(content));
  expect(missing.map(([file]) => file)).toEqual(['Pulumi.yaml']);
  expect(text).not.toContain(SECRET);
});

const plain = JSON.stringify({ plaintext: SECRET });
test.each([
  ['the state', 'state/.pulumi/stacks/tavus-recordings/laptop.json', plain],
  ['the copy of the state', 'state/.pulumi/stacks/tavus-recordings/laptop.json.bak', plain],
  ['the history', 'state/.pulumi/history/tavus-recordings/laptop/laptop-2.history.json', plain],
  ['a backup', 'state/.pulumi/backups/tavus-recordings/laptop/laptop.2.json', plain],
  ['the stack file', 'Pulumi.laptop.yaml', `config:\n  tavusApiKey: ${SECRET}\n`],
  ['a state compressed by gzip', 'state/.pulumi/stacks/tavus-recordings/laptop.json.gz', gzipSync(plain)],
  ['a state compressed by zstd', 'state/.pulumi/stacks/p/laptop.json.zst', zstdCompressSync(plain)],
])('finds a plain secret in %s', async (_, file, content) => {
  write(file, content);
  expect(await read()).toContain(SECRET);
});

test('refuses a folder without a stack, because a search in it would prove nothing', async () => {
  rmSync(path.join(project, 'state/.pulumi/stacks'), { recursive: true });
  await expect(read()).rejects.toThrow('state: has no stack, got 3 files in ');
});
