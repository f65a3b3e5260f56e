import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { entra } from '../../../infra-azure/bootstrap/entra';

const TENANT = '00000000-0000-4000-8000-000000000002';
const DEV = 'aaaaaaaa-0000-4000-8000-000000000001';
const PROD = 'aaaaaaaa-0000-4000-8000-000000000002';
const PROVER = 'aaaaaaaa-0000-4000-8000-000000000003';
const SIGN_IN = 'bbbbbbbb-0000-4000-8000-000000000001';
const ACCOUNT = '111122223333';

const folder = mkdtempSync(path.join(tmpdir(), 'fake-az-'));
const stateFile = path.join(folder, 'state.json');
beforeAll(() => {
  const fake = path.join(__dirname, 'fake-az.mjs');
  writeFileSync(path.join(folder, 'az'), `#!/bin/sh\nexec "${process.execPath}" "${fake}" "$@"\n`);
  chmodSync(path.join(folder, 'az'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

const STATE = z.object({
  applications: z.array(
    z.looseObject({
      id: z.string(),
      appId: z.string(),
      displayName: z.string(),
      identifierUris: z.array(z.string()),
      api: z.object({ requestedAccessTokenVersion: z.number().nullable() }),
      appRoles: z.array(z.looseObject({ value: z.string(), isEnabled: z.boolean() })),
    }),
  ),
  servicePrincipals: z.array(
    z.looseObject({ id: z.string(), appId: z.string(), appRoleAssignmentRequired: z.boolean() }),
  ),
  assignments: z.array(z.looseObject({ principalId: z.string() })),
  writes: z.array(z.string()),
});
type State = z.infer<typeof STATE>;
const state = (): State => STATE.parse(JSON.parse(readFileSync(stateFile, 'utf8')));

const program = (id: string, servicePrincipalType: string): object => ({
  id,
  appId: id.replace('aaaa', 'cccc'),
  displayName: `program ${id.slice(-1)}`,
  servicePrincipalType,
  appRoleAssignmentRequired: false,
});

/** A fake Entra with two identities, the proof's application, and the app registration for the sign-in. */
const directory = (more: object = {}): void =>
  writeFileSync(
    stateFile,
    JSON.stringify({
      tenantId: TENANT,
      rights: 'administrator',
      applications: [
        {
          id: 'dddddddd-0000-4000-8000-000000000001',
          appId: SIGN_IN,
          displayName: 'tavus-recordings',
          identifierUris: [],
          api: { requestedAccessTokenVersion: null },
          appRoles: [
            {
              id: 'eeeeeeee-0000-4000-8000-000000000001',
              value: 'Theirs',
              displayName: 'Theirs',
              description: 'Theirs',
              isEnabled: true,
              allowedMemberTypes: ['User'],
            },
          ],
        },
      ],
      servicePrincipals: [
        program(DEV, 'ManagedIdentity'),
        program(PROD, 'ManagedIdentity'),
        program(PROVER, 'Application'),
        { ...program('aaaaaaaa-0000-4000-8000-000000000009', 'Application'), appId: SIGN_IN },
      ],
      assignments: [],
      writes: [],
      ...more,
    }),
  );
beforeEach(() => directory());

/** Changes objects, as a person could in the portal. */
const tamper = (change: (state: State) => void): void => {
  const now: State = JSON.parse(readFileSync(stateFile, 'utf8'));
  change(now);
  writeFileSync(stateFile, JSON.stringify({ ...now, writes: [] }));
};

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly pauses: number;
}

async function run(...args: readonly string[]): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  let pauses = 0;
  const code = await entra(args, {
    env: { PATH: folder + path.delimiter + process.env['PATH'], FAKE_AZ_STATE: stateFile },
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    pause: async () => {
      pauses += 1;
    },
  });
  return { code, ...written, pauses };
}
const audienceFor = (principalId: string, ...more: readonly string[]): Promise<Ran> =>
  run('--aws-account', ACCOUNT, '--principal-id', principalId, ...more);

const audienceApp = (): State['applications'][number] | undefined =>
  state().applications.find(({ displayName }) => displayName === `tavus-recordings-aws-${ACCOUNT}`);

describe('the audience application', () => {
  test('is created by a first run, which prints the settings to copy', async () => {
    const { code, stdout } = await audienceFor(DEV);
    expect(code).toBe(0);
    const app = audienceApp();
    expect(app).toMatchObject({
      signInAudience: 'AzureADMyOrg',
      identifierUris: [`api://${app?.appId}`],
      api: { requestedAccessTokenVersion: 1 },
      appRoles: [{ allowedMemberTypes: ['Application'], isEnabled: true }],
    });
    const principal = state().servicePrincipals.find(({ appId }) => appId === app?.appId);
    expect(principal).toMatchObject({ appRoleAssignmentRequired: true });
    expect(state().assignments).toMatchObject([
      { principalId: DEV, resourceId: principal?.id, appRoleId: app?.appRoles[0]?.['id'] },
    ]);
    const backend = { tenantId: TENANT, principalId: DEV, audience: `api://${app?.appId}` };
    expect(stdout).toContain(`"backend": ${JSON.stringify(backend)}`);
    expect(stdout).toContain(`pulumi config set awsWebIdentityAudience ${backend.audience}`);
  });

  test('is not changed by a second run, which prints the same', async () => {
    const first = await audienceFor(DEV);
    const before = state();
    const second = await audienceFor(DEV);
    expect(second).toMatchObject({ code: 0, stdout: first.stdout, stderr: 'nothing to change\n' });
    expect(state()).toEqual(before);
  });

  test("gets only an assignment for another environment's identity", async () => {
    await audienceFor(DEV);
    const before = state();
    await audienceFor(PROD);
    expect(state().writes.slice(before.writes.length)).toEqual([
      'POST /servicePrincipals/<id>/appRoleAssignedTo',
    ]);
    expect(state().assignments.map(({ principalId }) => principalId)).toEqual([DEV, PROD]);
  });

  test.each<[string, (app: State['applications'][number], now: State) => void, string]>([
    [
      'tokens of version 2, which AWS refuses',
      (app) => (app.api.requestedAccessTokenVersion = 2),
      'token version 1',
    ],
    ['no URI', (app) => (app.identifierUris = []), 'URI'],
    ['no role', (app) => (app.appRoles = []), 'app role'],
    [
      'a service principal that asks for no assignment',
      (_, now) => now.servicePrincipals.forEach((one) => (one.appRoleAssignmentRequired = false)),
      'assignment required',
    ],
    ['no assignment', (_, now) => (now.assignments = []), 'assignment to'],
  ])('is corrected if it has %s', async (_, spoil, words) => {
    await audienceFor(DEV);
    tamper((now) => now.applications.forEach((app) => app.appId !== SIGN_IN && spoil(app, now)));
    const { code, stderr } = await audienceFor(DEV);
    expect(code).toBe(0);
    expect(stderr).toContain(`changed: ${words}`);
    tamper(() => undefined);
    expect((await audienceFor(DEV)).stderr).toBe('nothing to change\n');
  });

  test('keeps an unset token version, which means 1', async () => {
    await audienceFor(DEV);
    tamper((now) => now.applications.forEach(({ api }) => (api.requestedAccessTokenVersion = null)));
    expect((await audienceFor(DEV)).stderr).toBe('nothing to change\n');
  });

  test('is not changed by a dry run, which lists the changes', async () => {
    const { code, stderr, stdout } = await audienceFor(DEV, '--dry-run');
    expect(code).toBe(0);
    expect(stderr.trim().split('\n')).toEqual([
      `would change: application tavus-recordings-aws-${ACCOUNT}`,
      `would change: URI of tavus-recordings-aws-${ACCOUNT}`,
      'would change: service principal, assignment required',
      `would change: assignment to program 1 (${DEV})`,
    ]);
    expect(stdout).toContain('api://<application id>');
    expect(state().writes).toEqual([]);
  });

  test('is created although Entra replicates with a delay', async () => {
    directory({ lags: 3 });
    expect(await audienceFor(DEV)).toMatchObject({ code: 0, pauses: 3 });
    expect(state().assignments).toHaveLength(1);
  });

  test('fails after the last try', async () => {
    directory({ lags: 99 });
    const { code, stderr, pauses } = await audienceFor(DEV);
    expect({ code, pauses }).toEqual({ code: 1, pauses: 6 });
    expect(stderr).toContain('was refused by Entra');
  });
});

describe('nothing is changed, and the error has the reason', () => {
  test.each<[string, object, readonly string[], readonly string[]]>([
    [
      'without the rights',
      { rights: 'reader' },
      ['--aws-account', ACCOUNT, '--principal-id', DEV],
      ['POST /applications: was refused by Entra', 'Cloud Application Administrator'],
    ],
    [
      'for a guest who may not even read',
      { rights: 'none' },
      ['--aws-account', ACCOUNT, '--principal-id', DEV],
      ['was refused by Entra', 'Cloud Application Administrator'],
    ],
    [
      'without a login',
      { login: false },
      ['--aws-account', ACCOUNT, '--principal-id', DEV],
      ['az: is not logged in', 'az login --tenant'],
    ],
    [
      "for a client id instead of the identity's object id",
      {},
      ['--aws-account', ACCOUNT, '--principal-id', DEV.replace('aaaa', 'cccc')],
      ['--principal-id: is not the object id', 'pulumi stack output appPrincipalId'],
    ],
    [
      'for an application that is no managed identity',
      {},
      ['--aws-account', ACCOUNT, '--principal-id', PROVER],
      ['--principal-id: is not a managed identity'],
    ],
    [
      'for a sign-in that is not there',
      {},
      ['--sign-in-app', DEV],
      ['--sign-in-app: is not an app registration of this tenant'],
    ],
  ])('%s', async (_, more, args, words) => {
    directory(more);
    const { code, stderr } = await run(...args);
    expect(code).toBe(1);
    for (const word of words) expect(stderr).toContain(word);
    expect(state().writes).toEqual([]);
  });

  test('if two applications have the name', async () => {
    await audienceFor(DEV);
    tamper((now) => now.applications.push(...now.applications.slice(-1)));
    const { code, stderr } = await audienceFor(PROD);
    expect(code).toBe(1);
    expect(stderr).toContain('application: exists more than once');
    expect(state().writes).toEqual([]);
  });

  test('without the Azure CLI', async () => {
    const written: string[] = [];
    const sink = { write: (text: string) => written.push(text) };
    const args = ['--aws-account', ACCOUNT, '--principal-id', DEV];
    const pause = (): Promise<void> => Promise.resolve();
    const code = await entra(args, { env: { PATH: '/nowhere' }, stdout: sink, stderr: sink, pause });
    expect(code).toBe(1);
    expect(written.join('')).toContain('az: cannot be started');
  });

  test.each([
    [[], 'nothing to do'],
    [['--aws-account', ACCOUNT], '--principal-id: missing although --aws-account'],
    [['--principal-id', DEV], '--aws-account: missing although --principal-id'],
    [['--prover', PROVER], '--sign-in-app: missing although --prover'],
    [['--aws-account', '12', '--principal-id', DEV], '--aws-account: is not a 12-digit'],
    [['--sign-in-app', "x' or true"], '--sign-in-app: is not a client id'],
    [['--force'], "Unknown option '--force'"],
  ])('for the arguments %j', async (args, words) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});

describe('the application that people sign in to', () => {
  const rolesOf = (): string[] =>
    state().applications.flatMap(({ appId, appRoles }) =>
      appId === SIGN_IN ? appRoles.map(({ value }) => value) : [],
    );

  test('gets two roles and keeps its own; a second run changes nothing', async () => {
    expect((await run('--sign-in-app', SIGN_IN)).code).toBe(0);
    expect(rolesOf()).toEqual(['Theirs', 'Recordings.Read', 'Recordings.Prove']);
    const before = state();
    expect((await run('--sign-in-app', SIGN_IN)).stderr).toBe('nothing to change\n');
    expect(state()).toEqual(before);
  });

  test('assigns the role for programs to the application that proves recordings, once', async () => {
    await run('--sign-in-app', SIGN_IN, '--prover', PROVER);
    await run('--sign-in-app', SIGN_IN, '--prover', PROVER);
    const prove = state()
      .applications.flatMap(({ appRoles }) => appRoles)
      .find(({ value }) => value === 'Recordings.Prove');
    expect(prove).toMatchObject({ allowedMemberTypes: ['Application'] });
    expect(state().assignments).toMatchObject([{ principalId: PROVER, appRoleId: prove?.['id'] }]);
  });

  test('is not changed if it has an unusable role of that name', async () => {
    await run('--sign-in-app', SIGN_IN);
    tamper((now) =>
      now.applications.forEach(({ appRoles }) => appRoles.forEach((one) => (one.isEnabled = false))),
    );
    const { code, stderr } = await run('--sign-in-app', SIGN_IN);
    expect(code).toBe(1);
    expect(stderr).toContain('app role Recordings.Read: is disabled, or not for people');
    expect(state().writes).toEqual([]);
  });
});
