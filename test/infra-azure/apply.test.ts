import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { accountName, vaultName } from '../../infra-azure/bootstrap/names';
import { roleDefinitionId, roleId } from '../../infra-azure/roles';
import { originOf } from '../../infra-azure/backend';
import { secretUrl, versionOf } from '../../infra-azure/secrets';

const FOLDER = path.resolve(__dirname, '../../infra-azure');

/** Functions in an `apply`, by the text of the argument. */
const TOTAL: Readonly<Record<string, (value: unknown) => unknown>> = {
  versionOf: (value) => Reflect.apply(versionOf, undefined, [value]),
  'secretUrl(secret)': (value) => Reflect.apply(secretUrl('s'), undefined, [value]),
  'originOf(config.appName)': (value) => Reflect.apply(originOf('a'), undefined, [value]),
  'roleId(role)': (value) => Reflect.apply(roleId('acrPull'), undefined, [value]),
  'roleDefinitionId(ROLES[role])': (value) => Reflect.apply(roleDefinitionId('r'), undefined, [value]),
  'accountName(environment)': (value) => Reflect.apply(accountName('prod'), undefined, [value]),
  'vaultName(environment)': (value) => Reflect.apply(vaultName('prod'), undefined, [value]),
};

const sources = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const applied = sources.flatMap((file) =>
  [...readFileSync(path.join(FOLDER, file), 'utf8').matchAll(/\.apply\(((?:[^()]|\([^()]*\))*)\)/g)].map(
    ([, argument = '']) => argument.trim(),
  ),
);

test('every apply has only functions that never throw', () => {
  expect(applied.toSorted()).toEqual(Object.keys(TOTAL).toSorted());
});

test.each(Object.keys(TOTAL))('%s returns a text for any input', (name) => {
  const half = [undefined, null, '', 'text', 0, {}, [], { secretUriWithVersion: null }];
  expect(half.map((value) => typeof TOTAL[name]?.(value))).toEqual(half.map(() => 'string'));
});

test('no apply creates a resource, and no output is awaited', () => {
  const text = sources.map((file) => readFileSync(path.join(FOLDER, file), 'utf8')).join('\n');
  expect(text).not.toMatch(/\.apply\(\s*async|pulumi\.all\(|\.promise\(/);
});

test('a missing response of Azure does not become an address', () => {
  expect([originOf('backend')(undefined), secretUrl('key')(undefined)]).toEqual([
    'no-default-domain',
    'no-vault-uri',
  ]);
});

test.each([
  undefined,
  {},
  { secretUriWithVersion: '' },
  { secretUriWithVersion: 'https://v.vault.azure.net/secrets/tavus-api-key/' },
])('an unknown version becomes a text that Azure accepts: %j', (properties) => {
  expect(versionOf(properties)).toBe('no-version');
});

test("a secret's version is the last part of its address", () => {
  expect(versionOf({ secretUriWithVersion: 'https://v.vault.azure.net/secrets/tavus-api-key/3f2c0d' })).toBe(
    '3f2c0d',
  );
});
