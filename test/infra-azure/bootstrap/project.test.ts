import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { CI_IDENTITY_DEFAULTS, CI_IDENTITY_KEYS } from '../../../infra-azure/bootstrap/ci-identity-settings';

const ROOT = path.resolve(__dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const yaml = z
  .object({
    name: z.string(),
    runtime: z.object({ name: z.literal('nodejs'), options: z.object({ tsconfig: z.string() }) }),
    main: z.string(),
    config: z.record(z.string(), z.object({ default: z.union([z.string(), z.boolean()]) })),
  })
  .parse(parse(read('infra-azure/bootstrap/Pulumi.yaml')));

describe('Pulumi.yaml', () => {
  test('names the program as a file', () => {
    const { name, main, runtime } = yaml;
    expect({ name, main, ...runtime.options }).toMatchObject({
      name: 'tavus-recordings-bootstrap',
      main: 'index.ts',
      tsconfig: 'tsconfig.json',
    });
    expect(existsSync(path.join(ROOT, 'infra-azure/bootstrap', main))).toBe(true);
  });

  test('declares every key with its default, and nothing else', () => {
    const declared = Object.entries(yaml.config).map(([key, entry]) => [key, String(entry.default)]);
    const known = CI_IDENTITY_KEYS.map((key) => [key, CI_IDENTITY_DEFAULTS[key] ?? '']);
    expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(known));
  });

  test('has a tsconfig that sets noCheck itself: the runner ignores `extends` for it', () => {
    const tsconfig: unknown = JSON.parse(read('infra-azure/bootstrap/tsconfig.json'));
    expect(tsconfig).toMatchObject({ compilerOptions: { noCheck: true, rootDir: '../..' } });
  });
});

describe('docs/azure-ci-identity.md', () => {
  const text = read('docs/azure-ci-identity.md');

  test('names every key', () => {
    expect(CI_IDENTITY_KEYS.filter((key) => !text.includes(key))).toEqual([]);
  });

  test('sets all outputs as variables of the same names', () => {
    const loop = /for name in ([A-Z_\s\\]+); do/.exec(text)?.[1] ?? '';
    expect(
      loop
        .split(/[\s\\]+/)
        .filter((name) => name !== '')
        .toSorted(),
    ).toEqual([
      'AZURE_CHECK_CLIENT_ID',
      'AZURE_DEPLOY_CLIENT_ID',
      'AZURE_RESOURCE_GROUP',
      'AZURE_SUBSCRIPTION_ID',
      'AZURE_TENANT_ID',
      'PULUMI_BACKEND_URL',
      'PULUMI_SECRETS_PROVIDER',
    ]);
  });
});
