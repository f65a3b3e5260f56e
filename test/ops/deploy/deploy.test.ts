import { deploy } from '../../../ops/deploy/deploy';
import {
  ACCOUNT,
  asJson,
  changed,
  checkout,
  DIGEST,
  ran,
  REGISTRY,
  SECRETS,
  LIVE_URL,
  type FakeJob,
  fakeJobIn,
  type FakeJobOptions,
} from './fake-context';

const { root, remove } = checkout();
afterAll(remove);

const IMAGE = `${REGISTRY}/tavus-recordings@${DIGEST}`;
const COMMIT_IMAGE = `tavus-recordings:${'c'.repeat(40)}`;
const STACK = 'TavusRecordings-prod';
const CHANGE_SET = `arn:aws:cloudformation:us-east-1:${ACCOUNT}:changeSet/ci-4711-2/1bf9`;
const roleArn = (role: string): string =>
  `arn:aws:iam::${ACCOUNT}:role/cdk-tavusrec-${role}-role-${ACCOUNT}-us-east-1`;

/** A change set that creates, and one that replaces. */
const MAKES = {
  status: 'CREATE_COMPLETE',
  changes: [
    {
      Type: 'Resource',
      ResourceChange: { Action: 'Add', LogicalResourceId: 'TavusRole', ResourceType: 'AWS::IAM::Role' },
    },
  ],
} as const satisfies FakeJobOptions['changeSet'];

const REPLACES = {
  status: 'CREATE_COMPLETE',
  changes: [
    {
      Type: 'Resource',
      ResourceChange: {
        Action: 'Modify',
        Replacement: 'True',
        LogicalResourceId: 'RecordingsBucketAA52F499',
        ResourceType: 'AWS::S3::Bucket',
        Details: [{ Target: { Name: 'BucketName', RequiresRecreation: 'Always' } }],
      },
    },
  ],
} satisfies FakeJobOptions['changeSet'];

/** The beginnings of the executed commands, without common options. */
const outline = (fake: FakeJob): string[] =>
  fake.done().map((line) =>
    line
      .replace(/ --context .*$/, '')
      .replace(/ --non-interactive --color never$/, '')
      .replace(/(config set-all).*(image=\S+).*/, '$1 $2')
      .replace(/(config set-all) --.*/, '$1'),
  );

const refused = (options: FakeJobOptions) => ran(deploy, root, options);

const AZURE_LOGIN = 'az acr login --name platformregistry1a2b';
const SECRETS_SET = [
  'pulumi config set --secret tavusApiKey',
  'pulumi config set --secret callbackSecrets',
  'pulumi config set --secret startApiKey',
];
const PREPARED = [
  `cdk deploy ${STACK} --method prepare-change-set --change-set-name ci-4711-2 --require-approval never`,
  `assume ${roleArn('deploy')}`,
  `describe ${STACK} ci-4711-2`,
];
const HANDED_OVER = [`assume ${roleArn('lookup')}`, 'hand-over --environment prod'];
const PUSHED = [
  'docker load --input .local/deploy/image.tar',
  AZURE_LOGIN,
  `docker tag ${COMMIT_IMAGE} ${REGISTRY}/${COMMIT_IMAGE}`,
  `docker push ${REGISTRY}/${COMMIT_IMAGE}`,
  `docker inspect --format {{join .RepoDigests "\\n"}} ${REGISTRY}/${COMMIT_IMAGE}`,
];
const UP = 'pulumi up --yes --skip-preview --suppress-outputs';
const BACKEND_UPDATED = [`pulumi config set-all image=${IMAGE}`, ...SECRETS_SET, 'pulumi preview --json', UP];
const SELECTED = ['pulumi stack select prod', 'pulumi stack output --json'];
const LOOKED_AT = [
  'pulumi stack output --json',
  expect.stringMatching(
    /^az rest --method get --url \/subscriptions\/.*\/containerApps\/tavus-backend\?api-version=/,
  ),
  `assume ${roleArn('lookup')}`,
  'doctor --json --environment prod',
];

test('a deployment handles bucket, hand-over, image and backend, then checks the live backend', async () => {
  const fake = fakeJobIn(root, { changeSet: MAKES });
  await deploy(fake.context);
  expect(outline(fake)).toEqual([
    ...PREPARED,
    `cdk deploy ${STACK} --method execute-change-set --change-set-name ${CHANGE_SET} --require-approval never`,
    ...HANDED_OVER,
    ...SELECTED,
    ...PUSHED,
    ...BACKEND_UPDATED,
    ...LOOKED_AT,
  ]);
  expect(fake.summary()).toContain(`${LIVE_URL} runs the image of this commit.`);
});

test('a stack without changes is not executed, and its empty change set is deleted', async () => {
  const fake = fakeJobIn(root);
  await deploy(fake.context);
  expect(outline(fake).slice(0, 5)).toEqual([...PREPARED, `discard ${STACK} ${CHANGE_SET}`, HANDED_OVER[0]]);
});

test('the first deployment creates the platform before the image', async () => {
  let ups = 0;
  const fake = fakeJobIn(root, {
    answers: {
      'pulumi up': () => ({ code: (ups += 1) > 2 ? 1 : 0 }),
      'pulumi stack output': () =>
        asJson(ups === 0 ? {} : { registry: REGISTRY, ...(ups === 2 && { url: LIVE_URL }) })(),
    },
  });
  await deploy(fake.context);
  const lines = outline(fake);
  expect(lines.slice(lines.indexOf('pulumi stack select prod'))).toEqual([
    ...SELECTED,
    'pulumi config set-all',
    ...SECRETS_SET,
    'pulumi preview --json',
    UP,
    'pulumi stack output --json',
    ...PUSHED,
    ...BACKEND_UPDATED,
    ...LOOKED_AT,
  ]);
});

test('with an existing platform the program never runs without an image, because the backend would be deleted', async () => {
  const fake = fakeJobIn(root);
  await deploy(fake.context);
  const updates = outline(fake).filter((line) => line.startsWith('pulumi config set-all'));
  expect(updates).toEqual([`pulumi config set-all image=${IMAGE}`]);
});

describe('a loss of data stops the deployment', () => {
  test('a bucket that would be replaced: nothing is executed, and no step follows', async () => {
    const { message, fake } = await refused({ changeSet: REPLACES });
    expect(message).toContain(
      'RecordingsBucketAA52F499 (AWS::S3::Bucket): would be replaced by a new one, got a change of BucketName.',
    );
    expect(outline(fake)).toEqual([...PREPARED, `discard ${STACK} ${CHANGE_SET}`]);
  });

  test('a change set that cannot be executed', async () => {
    const { message, fake } = await refused({
      changeSet: { ...MAKES, status: 'FAILED', reason: 'no such role' },
    });
    expect(message).toContain(`${STACK}: has no change set that can be executed, got FAILED (no such role).`);
    expect(outline(fake)).toEqual([...PREPARED, `discard ${STACK} ${CHANGE_SET}`]);
  });

  test('a vault that would be replaced: the backend is not changed', async () => {
    const urn = 'urn:pulumi:prod::p::c$azure-native:keyvault:Vault::platform-vault';
    const { message, fake } = await refused({
      answers: {
        'pulumi preview': asJson({ steps: [{ op: 'replace', urn, replaceReasons: ['location'] }] }),
      },
    });
    expect(message).toContain(
      'platform-vault (azure-native:keyvault:Vault): would be replaced or deleted, got replace',
    );
    expect(outline(fake)).not.toContain(UP);
  });

  test('a failed preview, although it lists harmless steps and no error', async () => {
    const steps = [{ op: 'update', urn: 'urn:pulumi:prod::p::azure-native:app:ContainerApp::backend' }];
    const { message, fake } = await refused({
      answers: { 'pulumi preview': () => ({ code: 1, stderr: 'the reason', ...asJson({ steps })() }) },
    });
    expect(message).toContain('pulumi preview: failed, got exit code 1.');
    expect(fake.log()).toContain('  │ the reason\n');
    expect(outline(fake)).not.toContain(UP);
  });

  test("a failed preview, with the program's output", async () => {
    const diagnostics = [{ severity: 'error', message: 'The stack prod cannot be deployed' }];
    const { message, fake } = await refused({
      answers: { 'pulumi preview': () => ({ code: 255, ...asJson({ diagnostics })() }) },
    });
    expect(message).toContain('pulumi preview: failed, got exit code 255.');
    expect(fake.log()).toContain('  │ The stack prod cannot be deployed');
    expect(outline(fake)).not.toContain(UP);
  });
});

test.each([
  'cdk deploy',
  'hand-over',
  'pulumi stack select',
  'pulumi config set --secret',
  'docker load',
  'docker push',
  'pulumi up',
])('it stops if %s fails, and prints the end of its output', async (beginning) => {
  const { message, fake } = await refused({
    answers: { [beginning]: () => ({ code: 3, stderr: 'the reason\n::add-mask::not-a-command' }) },
  });
  expect(message).toContain('failed, got exit code 3.');
  const changing = fake.done().filter((line) => !/^(?:assume|look at) /.test(line));
  expect(changing.at(-1)).toMatch(new RegExp(`^${beginning}`));
  expect(fake.log()).toContain('  │ the reason\n  │ ::add-mask::not-a-command\n');
});

describe('a stack that the CDK could not deploy', () => {
  const failing: FakeJobOptions = { answers: { 'cdk deploy': () => ({ code: 1, stderr: 'the reason' }) } };

  test('because its first deployment had failed: two commands repair it', async () => {
    const { message } = await refused({ ...failing, stackStatus: 'ROLLBACK_COMPLETE' });
    expect(message).toContain('cdk deploy, prepared: failed, got exit code 1.');
    expect(message).toContain(`${STACK}: is not complete, got ROLLBACK_COMPLETE.`);
    expect(message).toContain(
      `Then run \`aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${STACK} --region us-east-1\`, ` +
        `then \`npx cdk deploy ${STACK}\``,
    );
  });

  test.each(['UPDATE_COMPLETE', 'UPDATE_IN_PROGRESS'])(
    'although it is %s: the state adds nothing to the error',
    async (stackStatus) => {
      const { message } = await refused({ ...failing, stackStatus });
      expect(message).not.toContain('is not complete');
    },
  );

  test('and whose state cannot be read: the failure itself is reported', async () => {
    const { message } = await refused({ ...failing, aws: { stack: () => Promise.reject(new Error('no')) } });
    expect(message).toContain('cdk deploy, prepared: failed');
  });
});

test('an image without a digest is not deployed', async () => {
  const { message, fake } = await refused({
    answers: { 'docker inspect': () => ({ stdout: `${REGISTRY}/other@${DIGEST}` }) },
  });
  expect(message).toContain('has no digest after the push');
  expect(outline(fake)).not.toContain(UP);
});

test('an image without a commit is not deployed', async () => {
  const { message } = await refused({ env: changed({ GITHUB_SHA: 'main' }) });
  expect(message).toContain('GITHUB_SHA: is not a commit, got main.');
});

describe('secrets', () => {
  test('are passed by standard input, each to its own key', async () => {
    const fake = fakeJobIn(root, { changeSet: MAKES });
    await deploy(fake.context);
    const inputs = fake.commands.flatMap(({ args, input }) =>
      input === undefined ? [] : [[args[3], input]],
    );
    expect(inputs).toEqual([
      ['tavusApiKey', SECRETS.TAVUS_API_KEY],
      ['callbackSecrets', SECRETS.CALLBACK_SECRETS],
      ['startApiKey', SECRETS.START_API_KEY],
    ]);
  });

  test("are on no command line, and only in the doctor's environment", async () => {
    const fake = fakeJobIn(root, { changeSet: MAKES });
    await deploy(fake.context);
    const isIn = (value: unknown): boolean =>
      Object.values(SECRETS).some((secret) => JSON.stringify(value).includes(secret));
    expect(fake.commands.filter(({ args }) => isIn(args))).toEqual([]);
    expect(fake.commands.filter(({ env }) => isIn(env)).map(({ program }) => program)).toEqual(['doctor']);
  });

  test('are given to no program without need, and neither are cloud identities', async () => {
    const fake = fakeJobIn(root, { changeSet: MAKES });
    await deploy(fake.context);
    const holders = (value: string): string[] => [
      ...new Set(
        fake.commands.filter(({ env }) => Object.values(env).includes(value)).map(({ program }) => program),
      ),
    ];
    expect(holders('planted-job-key-0123456789')).toEqual(['cdk']);
    expect(holders('planted-request-token')).toEqual(['pulumi']);
    expect(holders('planted-lookup-key-0123456789')).toEqual(['hand-over', 'doctor']);
  });

  test('are masked before any program runs, bucket and role before any program can print them', async () => {
    const fake = fakeJobIn(root, {
      answers: {
        'pulumi up': () => ({ code: 1, stderr: `acme-recordings planted-role ${SECRETS.TAVUS_API_KEY}` }),
      },
    });
    await expect(deploy(fake.context)).rejects.toThrow('pulumi up: failed');
    const log = fake.log();
    const isBefore = (mask: string, line: string): boolean =>
      log.includes(`::add-mask::${mask}\n`) && log.indexOf(`::add-mask::${mask}\n`) < log.indexOf(line);
    for (const value of [ACCOUNT, SECRETS.TAVUS_API_KEY, 'planted-callback-previous-0123']) {
      expect([value, isBefore(value, '✓ cdk deploy')]).toEqual([value, true]);
    }
    for (const value of ['acme-recordings', `arn:aws:iam::${ACCOUNT}:role/planted-role`, 'planted-role']) {
      expect([value, isBefore(value, '✓ pulumi stack select')]).toEqual([value, true]);
    }
    expect(log).toContain('  │ [hidden] [hidden] [hidden]\n');
  });
});
