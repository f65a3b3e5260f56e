import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GITHUB_NAMES } from '../../../ops/deploy/values/github-names';
import { readValues, type JobValues } from '../../../ops/deploy/values/values';
import { SETTING_NAMES, SETTINGS } from '../../../contract/settings';
import { ACCOUNT, CDK_JSON, changed, checkout, ENVIRONMENT, SECRETS, STACK_FILE } from './fake-context';

const { root, remove } = checkout();
afterAll(remove);

const stackFile = path.join(root, `Pulumi.${ENVIRONMENT}.yaml`);
const cdkJson = path.join(root, 'cdk.json');
afterEach(() => {
  writeFileSync(stackFile, STACK_FILE);
  writeFileSync(cdkJson, JSON.stringify(CDK_JSON));
});

const read = (change: NodeJS.ProcessEnv = {}, job: JobValues['job'] = 'deploy'): JobValues =>
  readValues(job, { env: changed(change), root });

const refusal = (change: NodeJS.ProcessEnv = {}, job: JobValues['job'] = 'deploy'): string => {
  try {
    read(change, job);
    return 'nothing was refused';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const TITLE = 'Nothing was started because of these values:\n';

test('the table has every setting that the operator chooses, and no other', () => {
  const chosen = SETTING_NAMES.filter((name) => ['config', 'secret'].includes(SETTINGS[name].source));
  const kinds = chosen.map((name) => [name, GITHUB_NAMES[name]?.kind]);
  expect(kinds).toEqual(
    chosen.map((name) => [name, SETTINGS[name].source === 'secret' ? 'secret' : 'variable']),
  );
  const others = SETTING_NAMES.filter((name) => !chosen.includes(name));
  expect(others.filter((name) => Object.hasOwn(GITHUB_NAMES, name))).toEqual([]);
});

test('an unset setting is left out, so that it keeps its default', () => {
  const { settings, secrets } = read({ LOG_LEVEL: '', PORT: ' ' });
  expect(settings).toEqual({ TAVUS_REPLICA_ID: 'r79e1c033f', TAVUS_ENABLE_RECORDING: 'true' });
  expect(secrets).toEqual(SECRETS);
});

test.each([
  ['AWS_ACCOUNT_ID', '1111-2222', 'is not a 12-digit AWS account id, got "1111-2222"'],
  ['AWS_REGION', 'Ohio', 'is not a region code such as us-east-1, got "Ohio"'],
  ['AWS_DEPLOY_ROLE_ARN', 'deploy', 'is not the ARN of an IAM role'],
  ['CDK_QUALIFIER', 'hnb659fds', 'is not 1 to 10 lower-case letters and digits, other than hnb659fds'],
  ['AZURE_TENANT_ID', 'contoso', 'is not a GUID, got "contoso"'],
  ['AZURE_RESOURCE_GROUP', 'ends.', 'is not the name of a resource group'],
  ['PULUMI_BACKEND_URL', 'file:///tmp', 'is not azblob://<container>?storage_account=<name>'],
  ['PULUMI_SECRETS_PROVIDER', 'passphrase', 'is not azurekeyvault://<vault>.vault.azure.net/keys/<key>'],
  ['TAVUS_ENABLE_RECORDING', 'yep', 'is neither true nor false, got "yep"'],
  ['TAVUS_MAX_CALL_DURATION_SEC', '0', 'is not a whole number from 1 to 86400, got "0"'],
  ['RECORDINGS_ENVIRONMENT', 'Prod', 'is not an environment\'s name, got "Prod"'],
])('a malformed %s is reported', (name, value, wrong) => {
  expect(refusal({ [name]: value })).toContain(`- ${name}: ${wrong}`);
});

test('an invalid environment name does not become a file name', () => {
  expect(refusal({ RECORDINGS_ENVIRONMENT: '../prod' }).split('\n')).toHaveLength(2);
});

test('all problems are reported at once, each with a fix', () => {
  expect(refusal({ AWS_REGION: '', LOG_LEVEL: 'loud', TAVUS_API_KEY: undefined }, 'check')).toBe(
    `${TITLE}- AWS_REGION: missing, got nothing. Recordings could be stored in a region where they must not be. ` +
      'Run `gh variable set AWS_REGION --env production-check`.\n' +
      '- TAVUS_API_KEY: missing, got nothing. The backend cannot start a conversation. ' +
      'Run `gh secret set TAVUS_API_KEY --env production-check`.\n' +
      '- LOG_LEVEL: is not one of fatal, error, warn, info, debug, trace, silent, got "loud". Needed lines would be missing from the log. ' +
      'Run `gh variable set LOG_LEVEL --env production-check`.',
  );
});

test('a secret is never printed, only its length', () => {
  const text = refusal({ START_API_KEY: 'planted', CALLBACK_SECRETS: 'planted-a,planted-b' });
  expect(text).toContain('START_API_KEY: is shorter than 16 characters, got 7 characters.');
  expect(text).toContain('got 19 characters.');
  expect(text).not.toContain('planted');
});

test('an ARN is masked, and one of another account is refused', () => {
  const text = refusal({ AWS_DEPLOY_ROLE_ARN: 'arn:aws:iam::999988887777:role/planted' });
  expect(text).toContain('AWS_DEPLOY_ROLE_ARN: is a role of another account than AWS_ACCOUNT_ID');
  expect(text).toContain('arn:aws:iam::********7777:role/...');
  expect(text).not.toContain('planted');
});

test("a job does not need the other job's values", () => {
  expect(refusal({ AWS_CHECK_ROLE_ARN: '', AZURE_CHECK_CLIENT_ID: '' }, 'deploy')).toBe(
    'nothing was refused',
  );
  expect(refusal({ AWS_DEPLOY_ROLE_ARN: '', AZURE_DEPLOY_CLIENT_ID: '' }, 'check')).toBe(
    'nothing was refused',
  );
});

test('a persona is enough without a replica', () => {
  expect(refusal({ TAVUS_REPLICA_ID: '', TAVUS_PERSONA_ID: 'p5317866' })).toBe('nothing was refused');
});

describe("the stack's file", () => {
  test('that is not committed is reported', () => {
    rmSync(stackFile);
    expect(refusal()).toBe(
      `${TITLE}- Pulumi.prod.yaml: cannot be read, got no such file. It names the key of the stack's secrets. ` +
        'Create it with `pulumi stack init prod --secrets-provider <PULUMI_SECRETS_PROVIDER>`, and commit it.',
    );
  });

  test.each(['- a\n- list\n', 'config: [', 'secretsprovider: 7\n'])(
    'that is not a stack file is reported: %j',
    (text) => {
      writeFileSync(stackFile, text);
      expect(refusal()).toContain('Pulumi.prod.yaml: is not a stack file');
    },
  );

  test('with another key, or without an encrypted key, is refused', () => {
    writeFileSync(stackFile, 'secretsprovider: passphrase\n');
    const text = refusal();
    expect(text).toContain('its secretsprovider is not PULUMI_SECRETS_PROVIDER, got passphrase.');
    expect(text).toContain('Pulumi.prod.yaml: has no encryptedkey, got nothing.');
  });

  test.each(['tavusReplicaId', 'image', 'awsAccount', 'handOverFile'])(
    'that holds %s too is refused',
    (key) => {
      writeFileSync(stackFile, `${STACK_FILE}  tavus-recordings:${key}: something\n`);
      expect(refusal()).toContain(`Pulumi.prod.yaml: has ${key}, which CI sets, got both.`);
    },
  );

  test('can name only the configured resource group', () => {
    writeFileSync(stackFile, `${STACK_FILE}  tavus-recordings:resourceGroupName: recordings\n`);
    expect(refusal()).toBe('nothing was refused');
    writeFileSync(stackFile, `${STACK_FILE}  tavus-recordings:resourceGroupName: theirs\n`);
    expect(refusal()).toContain('its resourceGroupName is not AZURE_RESOURCE_GROUP, got theirs.');
  });

  test('that has an encrypted secret of ours is refused, too', () => {
    writeFileSync(stackFile, `${STACK_FILE}  tavus-recordings:startApiKey:\n    secure: v1:abc\n`);
    expect(refusal()).toContain('has startApiKey, which CI sets');
  });

  test('with a sign-in needs no start key', () => {
    expect(refusal({ START_API_KEY: '' })).toContain('START_API_KEY: missing');
    writeFileSync(
      stackFile,
      `${STACK_FILE}  tavus-recordings:easyAuth: "true"\n  tavus-recordings:appName: talk\n`,
    );
    expect(read({ START_API_KEY: '' })).toMatchObject({ easyAuth: true, appName: 'talk' });
  });
});

describe('cdk.json', () => {
  test('without the environment is refused', () => {
    writeFileSync(cdkJson, JSON.stringify({ context: { environments: { dev: {}, test: {} } } }));
    expect(refusal()).toContain(
      'RECORDINGS_ENVIRONMENT: is not an environment of cdk.json, got prod. There is nothing to deploy. Name one of dev, test, or',
    );
  });

  test('is read as the CDK reads it, with a byte order mark', () => {
    writeFileSync(cdkJson, `\uFEFF${JSON.stringify(CDK_JSON)}`);
    expect(refusal()).toBe('nothing was refused');
  });

  test('without the boundary is refused: AWS would refuse the role half-way', () => {
    writeFileSync(cdkJson, JSON.stringify({ context: { environments: { prod: {} } } }));
    expect(refusal()).toContain('environments.prod.permissionsBoundary: missing, got nothing.');
  });

  test('with an invalid setting is refused with the error of that setting', () => {
    writeFileSync(cdkJson, JSON.stringify({ context: { environments: { prod: { retentionDays: 0 } } } }));
    expect(refusal()).toContain('environments.prod.retentionDays');
  });
});

test('no error contains the whole account number', () => {
  expect(refusal({ AWS_DEPLOY_ROLE_ARN: `arn:aws:iam::${ACCOUNT}:user/planted` })).not.toContain(ACCOUNT);
});
