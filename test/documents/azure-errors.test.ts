import { read } from './guide';

const guide = read('docs/azure.md');
const section = (text: string, heading: string): string =>
  text.split(new RegExp(`^## ${heading}$`, 'm'))[1]?.split(/^## /m, 1)[0] ?? '';

describe("Azure's own errors", () => {
  const rows = section(guide, 'When Azure refuses')
    .split('\n')
    .filter((row) => row.startsWith('| `') || row.startsWith('| 403'))
    .map((row) => row.split('|').map((cell) => cell.trim()));

  // Messages of Azure, Entra and azure-native; public reports, read 2026-11-29.
  test.each([
    'MissingSubscriptionRegistration',
    'NoRegisteredProviderFound',
    'ManagedEnvironmentNoAvailableCapacityInRegion',
    'MaxNumberOfRegionalEnvironmentsInSubExceeded',
    'RequestDisallowedByPolicy',
    'AuthorizationFailed',
    'cannot create already existing resource',
    'image OS/Arc must be linux/amd64',
    'AADSTS50011',
    'AADSTS700054',
    'not-by-front-door',
  ])('%s has a row with its cause and a command', (words) => {
    const row = rows.find(([, error]) => error?.includes(words));
    expect(row?.[2]).toMatch(/\w/);
    expect(row?.[3]).toMatch(/`(?:az|pulumi) |`--platform /);
  });
});

test("the guide has the app registration's redirect path and ID tokens, with the commands", () => {
  const text = section(guide, 'Signing in');
  for (const words of [
    '/.auth/login/aad/callback',
    '--enable-id-token-issuance true',
    '--web-redirect-uris',
  ]) {
    expect(text).toContain(words);
  }
});

test('the runbook has the commands that drop pending creates and that import them', () => {
  const text = section(read('docs/runbook.md'), 'A deployment stopped');
  expect(text).toMatch(/^- \*\*None of them is there\*\*.*--clear-pending-creates/m);
  expect(text).toMatch(
    /^- \*\*One of them is there\*\*.*--import-pending-creates <urn> --import-pending-creates <id>/m,
  );
});
