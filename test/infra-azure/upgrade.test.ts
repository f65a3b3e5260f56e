import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { DOCUMENTS } from '../../scripts/documents';
import type { ConfigSource } from '../../infra-azure/config-source';
import { recordingsBackend } from '../../infra-azure/program';
import { FakeProvider } from '../../local/azure/provider/fake-provider';
import { makeTestCloud } from '../local/azure/cloud/test-cloud';
import azure from '../fixtures/b661b70/azure.json';
import { runWithMocks, type MockedRun } from './mocks';
import { configured, handedOver, writeHandOver } from './samples';

/**
 * A clone of commit b661b70 with an edited Pulumi.yaml and a stack file takes this version. The fixture has the resources
 * that the program of that commit registered for this stack file, with the inputs that are text.
 */
const FIXTURES = path.resolve(__dirname, '../fixtures/b661b70');
const read = (file: string): string => readFileSync(path.join(FIXTURES, file), 'utf8');

const CONFIG = z.record(
  z.string(),
  z.union([z.string(), z.boolean().transform(String), z.object({ secure: z.string() })]),
);

/** The stack file as the Pulumi CLI passes it to the program. */
function stackFile(): ConfigSource {
  const config = Object.entries(
    z.object({ config: CONFIG }).parse(parse(read('Pulumi.prod.yaml'))).config,
  ).map(([key, value]) => [key.replace('tavus-recordings:', ''), value] as const);
  const secrets = config.flatMap(([key, value]) => (typeof value === 'string' ? [] : [key]));
  const values = config.map(([key, value]) => [
    key,
    typeof value === 'string' ? value : value.secure.slice(3),
  ]);
  return configured(Object.fromEntries(values), secrets);
}

const folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-upgrade-'));
writeHandOver(folder, { 'TavusRecordings-prod': handedOver('prod') });
afterAll(() => rmSync(folder, { recursive: true }));

let upgraded: MockedRun;
beforeAll(async () => {
  upgraded = await runWithMocks(() => recordingsBackend(stackFile(), 'prod', folder));
});

const idOf = ({ type, name, parent }: { type: string; name: string; parent?: string | undefined }): string =>
  `${type} ${name} <- ${parent}`;

test('every key of the stack file is still accepted, and every resource keeps its name', () => {
  const now = new Set(upgraded.resources.map(idOf));
  expect(azure.map(idOf).filter((id) => !now.has(id))).toEqual([]);
});

test('nothing is replaced: no fixed property of a resource differs', async () => {
  const cloud = await makeTestCloud();
  const provider = new FakeProvider(cloud.azure);
  const replaced: string[] = [];
  for (const old of azure) {
    const urn = `urn:pulumi:prod::tavus-recordings::${old.type}::${old.name}`;
    const inputs = upgraded.resources.find((one) => idOf(one) === idOf(old))?.inputs ?? {};
    const { replaces = [] } = await provider.diff('', urn, { __inputs: old.inputs }, inputs);
    replaced.push(...replaces.map((key) => `${old.name}: ${key}`));
  }
  expect(replaced).toEqual([]);
});

test("an edited Pulumi.yaml keeps the text before `config:`, and gets this version's keys", () => {
  const [, update = String] = DOCUMENTS.find(([file]) => file === 'Pulumi.yaml') ?? [];
  const old = read('Pulumi.yaml');
  const today = readFileSync(path.resolve(__dirname, '../../Pulumi.yaml'), 'utf8');
  const [before, config] = update(old).split(/^config:$/m);
  expect([before, config]).toEqual([old.split(/^config:$/m)[0], today.split(/^config:$/m)[1]]);
  expect(before).toContain('Recordings of ACME');
});
