import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { Ledger } from '../../app/ledger/ledger';
import { openStore } from '../../app/ledger/open';
import { serveIdentities, type IdentityEndpoint } from '../../local/azure/identity/identity-endpoint';
import { tokenIssuer } from '../../local/azure/identity/token-issuer';
import { startAzurite, type RunningTables } from '../../local/azure/table/azurite';
import { main, type LedgerCommand } from '../../ops/ledger/command-line';
import { answerWith, faultyProxy, type FaultyProxy } from '../app/ledger/faulty-proxy';
import { cliContext, type Written } from './run';

/** The commands with a table of Azurite, through the unmodified SDK. */

const CLIENT_ID = '11111111-2222-4333-8444-555555555555';
const folder = mkdtempSync(path.join(tmpdir(), 'ledger-table-commands-'));
const START = 'a'.repeat(32);
const NOW = Date.now();
const before = { ...process.env };

let azurite: RunningTables;
let identities: IdentityEndpoint;
let proxy: FaultyProxy;

beforeAll(async () => {
  const issuer = tokenIssuer('7e4a4700-0000-4000-8000-000000000002');
  azurite = await startAzurite({ directory: folder, issuer });
  const identity = { clientId: CLIENT_ID, principalId: 'app', reachesTables: true };
  identities = await serveIdentities([identity], issuer);
  proxy = await faultyProxy(azurite, path.join(folder, 'key.pem'));
  Object.assign(process.env, identities.environment);
  tls.setDefaultCACertificates([...tls.getCACertificates('bundled'), azurite.certificatePem]);
  await azurite.createTable('ledger');
  const store = await openStore(
    { kind: 'table', endpoint: azurite.endpoint, table: 'ledger' },
    { user: 'backend', identity: { kind: 'managed', clientId: CLIENT_ID }, warn: () => undefined },
  );
  const ledger = new Ledger(store);
  await ledger.expect(
    START,
    {
      expected: {
        kind: 'expected',
        at: NOW - 1000,
        isRecorded: true,
        longestCallSec: 60,
        absentSec: 60,
        callsBack: true,
      },
      person: undefined,
    },
    NOW + 300_000,
  );
  await ledger.add(START, { kind: 'outcome', at: NOW, result: 'created', conversationId: 'c1' });
  await ledger.add(START, {
    kind: 'judged',
    at: NOW,
    n: 1,
    verdict: 'missing',
    cause: 'unknown',
    evidence: [],
  });
});
afterAll(async () => {
  process.env = before;
  await proxy.close();
  await identities.close();
  await azurite.stop();
  rmSync(folder, { recursive: true });
});

async function run(
  [command, ...args]: readonly [LedgerCommand, ...string[]],
  env: NodeJS.ProcessEnv = {},
): Promise<Written & { readonly code: number }> {
  const context = cliContext({
    ...identities.environment,
    AZURE_CLIENT_ID: CLIENT_ID,
    LEDGER_URL: `${azurite.endpoint}/ledger`,
    ...env,
  });
  const code = await main(command, args, context);
  return { ...context.written, code };
}

test('repair writes all index rows, and list, show and export read them', async () => {
  expect(await run(['list'])).toMatchObject({ code: 0, stdout: '' });
  expect((await run(['repair'])).stdout).toContain('1 starts of ledger of localhost:');
  expect((await run(['repair'])).stdout).toContain(': 0 rows changed.');
  expect((await run(['list'])).stdout).toMatch(/ {2}missing {2,}unknown {2,}c1\n$/);
  expect((await run(['list', '--missing'])).stdout).toMatch(/ {2}missing {2,}unknown {2,}c1\n$/);
  expect((await run(['show', 'c1'])).stdout).toContain(`Start         ${START}`);
  expect((await run(['export'])).stdout.trimEnd().split('\n')).toHaveLength(7);
});

test("without a platform identity the operator's `az login` is used", async () => {
  const az = path.join(folder, 'az');
  const { token } = tokenIssuer('7e4a4700-0000-4000-8000-000000000002').token(
    { clientId: 'operator', principalId: 'operator' },
    'https://storage.azure.com',
  );
  const answer = JSON.stringify({
    accessToken: token,
    expires_on: Math.floor(NOW / 1000) + 3600,
    tokenType: 'Bearer',
  });
  writeFileSync(az, `#!/bin/sh\necho '${answer}'\n`);
  chmodSync(az, 0o755);
  process.env['PATH'] = `${folder}:${before['PATH']}`;
  const { code, stdout } = await run(['show', 'c1'], { IDENTITY_ENDPOINT: '' });
  expect([code, stdout]).toEqual([0, expect.stringContaining(START)]);
  writeFileSync(az, '#!/bin/sh\necho "ERROR: Please run az login to setup account." >&2\nexit 1\n');
  const refused = await run(['show', 'c1'], { IDENTITY_ENDPOINT: '' });
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain('Run `az login` with an account of the tenant');
});

describe('a table that', () => {
  const byProxy = (): NodeJS.ProcessEnv => ({ LEDGER_URL: `${proxy.endpoint}/ledger` });

  test.each<[LedgerCommand, string]>([
    ['list', 'Storage Table Data Reader'],
    ['repair', 'Storage Table Data Contributor'],
  ])('refuses: %s names the needed role, and how to assign it', async (command, role) => {
    proxy.behave(answerWith(403));
    const { code, stdout, stderr } = await run([command], byProxy());
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(
      `The table needs the role ${role}, which this process's managed identity does not have.`,
    );
    expect(stderr).toContain(`az role assignment create --role "${role}" --assignee`);
  });

  test('does not exist', async () => {
    const { code, stderr } = await run(['list'], { LEDGER_URL: `${azurite.endpoint}/other` });
    expect([code, stderr]).toEqual([2, expect.stringContaining('`pulumi up` creates the table.')]);
  });

  test('does not respond', async () => {
    const { code, stderr } = await run(['list'], {
      LEDGER_URL: 'https://localhost:1/devstoreaccount1/ledger',
    });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('Check that this machine can reach localhost:1'),
    ]);
  });
});
