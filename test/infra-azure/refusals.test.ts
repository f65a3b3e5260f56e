import * as pulumi from '@pulumi/pulumi';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { outputId, pulumiConfigKey } from '../../contract/names';
import { CONFIG_ENTRIES } from '../../contract/program-keys';
import { SECRET_SETTINGS } from '../../contract/settings';
import type { ConfigSource } from '../../infra-azure/config-source';
import { recordingsBackend } from '../../infra-azure/program';
import { runWithMocks } from './mocks';
import { configured, handedOver, IMAGE, OFF, ON, SECRETS, writeHandOver } from './samples';

const folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-refusals-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Refusal {
  readonly bullets: readonly string[];
  readonly registered: number;
}

/** The bullets of the program's error, and the number of resources before it. */
async function refusal(source: ConfigSource, stack = 'dev', root = folder): Promise<Refusal> {
  let heading: string | undefined;
  let bullets: readonly string[] = [];
  const { resources } = await runWithMocks(() => {
    try {
      return recordingsBackend(source, stack, root);
    } catch (error) {
      if (!pulumi.RunError.isInstance(error)) throw error;
      [heading, ...bullets] = error.message.split('\n- ');
      return {};
    }
  });
  expect(heading).toBe(`The stack ${stack} cannot be deployed; nothing was changed:`);
  return { bullets, registered: resources.length };
}

const refused = (...bullets: readonly string[]): Refusal => ({ bullets, registered: 0 });

// Each is refused with its own message, before the first resource.
const BROKEN: readonly (readonly [string, Parameters<typeof configured>[0], string])[] = [
  [
    'no key for Tavus',
    { ...OFF, tavusApiKey: undefined },
    'tavusApiKey: missing, got nothing. The backend cannot start a conversation. Run `pulumi config set --secret tavusApiKey`.',
  ],
  [
    'no callback secret',
    { ...OFF, callbackSecrets: undefined },
    'callbackSecrets: missing, got nothing. Anyone could announce a recording that does not exist. ' +
      'Run `openssl rand -base64 32 | pulumi config set --secret callbackSecrets`.',
  ],
  [
    'neither a start key nor signing in',
    { ...OFF, startApiKey: undefined },
    'startApiKey: missing, and easyAuth is not true, got nothing. Anyone could start conversations at our cost. ' +
      'Run `openssl rand -base64 32 | pulumi config set --secret startApiKey`.',
  ],
  [
    'neither a replica nor a persona',
    { ...OFF, tavusReplicaId: undefined },
    'tavusPersonaId: missing, and so is tavusReplicaId, got nothing. Tavus needs a persona, or a replica. ' +
      'Run `pulumi config set tavusPersonaId p5317866`.',
  ],
  [
    'signing in without an app registration',
    { ...OFF, startApiKey: undefined, easyAuth: 'true' },
    'easyAuthClientId: missing although easyAuth is true, got nothing. People could not sign in. ' +
      'Run `pulumi config set easyAuthClientId <client id>`.',
  ],
  [
    'an image by tag',
    { ...OFF, image: 'registry.azurecr.io/backend:latest' },
    'image: is not an image by digest (registry/repository@sha256:<64 hex digits>), got ' +
      '"registry.azurecr.io/backend:latest". A tag can be moved between two revisions, and it would not ' +
      'be known which image ran. Run `pulumi config set image <registry>/tavus-recordings@sha256:<digest>`.',
  ],
  [
    'a word in place of a boolean',
    { ...OFF, tavusEnableRecording: 'maybe' },
    'tavusEnableRecording: is neither true nor false, got "maybe". People could be recorded unintentionally, or not at ' +
      'all. Run `pulumi config set tavusEnableRecording true`.',
  ],
  [
    'a pair of vCPUs and memory that there is not',
    { ...OFF, cpu: '0.3' },
    'cpu: is not a number from 0.25 to 4 in steps of 0.25, got "0.3". Azure accepts only fixed pairs of vCPUs and memory. ' +
      'Run `pulumi config set cpu 0.5`.',
  ],
  [
    'a name that Azure does not take',
    { ...OFF, appName: 'My_App' },
    'appName: is not the name of a Container App: 2 to 32 lower-case letters, digits and single hyphens, a letter ' +
      'first, got "My_App". Azure would refuse the Container App. ' +
      'Run `pulumi config set appName tavus-backend`.',
  ],
  [
    'a short secret, whose text is not shown',
    { ...OFF, startApiKey: 'hunter2' },
    'startApiKey: is shorter than 16 characters, got 7 characters. Anyone could start conversations at our cost. ' +
      'Run `openssl rand -base64 32 | pulumi config set --secret startApiKey`.',
  ],
  [
    "an operator's key that is the start key",
    { ...OFF, operatorKey: OFF.startApiKey },
    'operatorKey: is the start key, got 28 characters. The wrong people could watch recordings. ' +
      'Run `openssl rand -base64 32 | pulumi config set --secret operatorKey`.',
  ],
  [
    'a Tavus on this machine',
    { ...OFF, tavusApiBaseUrl: 'http://localhost:4000/v2' },
    'tavusApiBaseUrl: is on this machine, got "http://localhost:4000/v2". The backend would send its key to the ' +
      'wrong address. Run `pulumi config set tavusApiBaseUrl https://tavusapi.com/v2`.',
  ],
  [
    'tags that Azure refuses half-way',
    { ...OFF, tags: 'Environment=a,environment=b' },
    'tags: has the name "environment" twice: Azure compares names case-insensitively, got "Environment=a,environment=b". ' +
      'Azure, or an Azure Policy that requires tags, would refuse a resource in the middle of the deployment. ' +
      'Run `pulumi config set tags CostCentre=4711,Owner=platform`.',
  ],
  [
    'a convention of proxies that there is not',
    { ...OFF, forwardProxy: 'standard' },
    'forwardProxy: is neither NoProxy, Standard nor the name of a header such as X-Original-Host, got "standard". ' +
      'The sign-in would redirect people to an address that they cannot reach, or that Entra refuses. ' +
      'Run `pulumi config set forwardProxy Standard`.',
  ],
  [
    'an account that YAML took for a number',
    { ...ON, tavusEnableRecording: 'false', awsAccount: '12345678901' },
    'awsAccount: has fewer than 12 digits; without quotes in the file, YAML drops a leading zero, got "12345678901". ' +
      'Recordings could go to the wrong AWS account. Run `pulumi config set awsAccount 111122223333`.',
  ],
  [
    'a version that YAML took for a day',
    { ...OFF, tavusRecordingConsentVersions: '2027-01,2027-01-15T00:00:00Z' },
    'tavusRecordingConsentVersions: has a date that YAML turned into a time: put it in quotes in the file, got ' +
      '"2027-01,2027-01-15T00:00:00Z". The backend refuses a start with an unknown version of the consent text. ' +
      'Run `pulumi config set tavusRecordingConsentVersions 2027-01,2027-03`.',
  ],
  // It would be ignored, and recording would stay off silently.
  [
    'a misspelt key',
    { ...OFF, tavusEnableRecordng: 'true' },
    'tavusEnableRecordng: unknown setting, got 4 characters. It would be ignored. Did you mean tavusEnableRecording? ' +
      'Run `pulumi config rm tavus-recordings:tavusEnableRecordng`.',
  ],
  [
    'a key in the form of the environment',
    { ...OFF, TAVUS_ENABLE_RECORDING: 'true' },
    'TAVUS_ENABLE_RECORDING: unknown setting, got 4 characters. It would be ignored. Did you mean tavusEnableRecording? ' +
      'Run `pulumi config rm tavus-recordings:TAVUS_ENABLE_RECORDING`.',
  ],
  [
    'a setting that comes from the hand-over',
    { ...OFF, tavusRecordingS3BucketName: 'acme-recordings' },
    'tavusRecordingS3BucketName: is computed by the program, got 15 characters. It would be ignored. Its value is in ' +
      'cdk-outputs.json. Run `pulumi config rm tavus-recordings:tavusRecordingS3BucketName`.',
  ],
  [
    'a key of another project, as after a rename',
    { ...OFF, 'recordings:tavusEnableRecording': 'true' },
    'recordings:tavusEnableRecording: belongs to the project recordings, but this is tavus-recordings, got 4 characters. ' +
      'It would be ignored. Run `pulumi config set tavusEnableRecording <value>`. ' +
      'Run `pulumi config rm recordings:tavusEnableRecording`.',
  ],
];

describe('a broken configuration is refused before any resource', () => {
  test.each(BROKEN)('%s', async (_, values, problem) => {
    expect(await refusal(configured(values))).toEqual(refused(problem));
  });

  // Encrypting it later does not help, because it was readable.
  const EXPOSED =
    "is not encrypted, got plain text in the stack's file. Anyone with a copy of the file can read it, so " +
    'encrypting it now does not help.';

  test.each([
    [
      'tavusApiKey',
      'Make another key at Tavus, run `pulumi config set --secret tavusApiKey` with it, and revoke this one.',
    ],
    [
      'callbackSecrets',
      'Replace it: run `openssl rand -base64 32 | pulumi config set --secret callbackSecrets`.',
    ],
    ['startApiKey', 'Replace it: run `openssl rand -base64 32 | pulumi config set --secret startApiKey`.'],
  ])('a secret in plain text must be replaced, and the error does not show it: %s', async (key, fix) => {
    const encrypted = Object.keys(SECRETS).filter((name) => name !== key);
    expect(await refusal(configured(OFF, encrypted))).toEqual(refused(`${key}: ${EXPOSED} ${fix}`));
    // It is also exposed before there is a backend.
    expect((await refusal(configured({ ...OFF, image: undefined }, encrypted))).bullets).toHaveLength(1);
  });

  test('a misspelt key, already without an image', async () => {
    const { bullets } = await refusal(configured({ loction: 'westeurope' }));
    expect(bullets).toEqual([expect.stringMatching(/^loction: unknown setting, .* Did you mean location\?/)]);
  });

  test('a misspelt key of a secret, without showing the secret', async () => {
    const text = 'planted-under-a-wrong-name-0123456789';
    const { bullets } = await refusal(configured({ ...OFF, tavusApiKy: text }));
    expect(bullets).toEqual([expect.stringMatching(/^tavusApiKy: .* Did you mean tavusApiKey\?/)]);
    expect(bullets.join('')).not.toContain(text);
  });

  test('a stack named laptop that is not the laptop cloud', async () => {
    expect(await refusal(configured(OFF), 'laptop')).toEqual(
      refused(
        "stack: laptop is the name of the laptop cloud's stack, got a tavusApiBaseUrl on another machine. The laptop cloud's bucket and role exist in no AWS account. " +
          'Name the stack after the environment that it deploys.',
      ),
    );
  });

  test('with all problems at once, including those of the hand-over', async () => {
    const { bullets } = await refusal(
      configured({ image: IMAGE, tavusEnableRecording: 'true', location: 'West Europe' }),
    );
    expect(bullets.map((bullet) => bullet.slice(0, bullet.indexOf(':')))).toEqual([
      'location',
      'tavusApiKey',
      'tavusPersonaId',
      'callbackSecrets',
      'startApiKey',
      'handOverFile',
    ]);
  });

  test("but not because of a key of Pulumi's own packages", async () => {
    const values = { ...OFF, location: '?', 'azure-native:location': 'westeurope', 'pulumi:tags': '{}' };
    expect((await refusal(configured(values))).bullets).toEqual([expect.stringMatching(/^location: is not/)]);
  });

  test('without showing a secret', async () => {
    const { bullets } = await refusal(configured({ ...OFF, location: '?', ...SECRETS }, []));
    expect(Object.values(SECRETS).filter((secret) => bullets.join('').includes(secret))).toEqual([]);
    expect(bullets).toHaveLength(4);
  });
});

const whole = handedOver('dev');
const ROLE = outputId('TAVUS_AWS_ASSUME_ROLE_ARN');
const BUCKET = outputId('TAVUS_RECORDING_S3_BUCKET_NAME');
const withOutputs = (change: object): object => ({ 'TavusRecordings-dev': { ...whole, ...change } });

// The variable part of each message.
const HAND_OVERS: readonly (readonly [string, unknown, string])[] = [
  ['an empty file', '', 'file: is empty, got nothing.'],
  ['no JSON', '{"TavusRecordings-dev":', 'file: is not JSON, got 23 characters.'],
  ['what a failed deployment leaves', {}, 'TavusRecordings-dev: is not in the file, got no stack at all.'],
  ['another stack', { 'TavusRecordings-prod': handedOver('prod') }, 'got TavusRecordings-prod.'],
  ['another environment', withOutputs({ Environment: 'prod' }), 'Environment: is not "dev", got "prod".'],
  ["the laptop's", { 'TavusRecordings-laptop': handedOver('laptop') }, 'got TavusRecordings-laptop.'],
  ['a missing output', withOutputs({ [BUCKET]: undefined }), `${BUCKET}: missing, got nothing.`],
  ['a token left in', withOutputs({ [ROLE]: '${Token[TOKEN.7]}' }), `${ROLE}: is an unresolved CDK token.`],
  [
    'a user in place of a role',
    withOutputs({ [ROLE]: 'arn:aws:iam::111122223333:user/me' }),
    'is not the ARN',
  ],
  [
    'another account than configured',
    withOutputs({ Account: '999900001111', [ROLE]: 'arn:aws:iam::999900001111:role/r' }),
    "Account: is not 111122223333, got 999900001111. The stack's configuration says awsAccount 111122223333.",
  ],
  ['another contract', withOutputs({ ContractVersion: '7' }), 'ContractVersion: is not "1", got "7".'],
];

describe('a wrong hand-over is refused before any resource', () => {
  test.each(HAND_OVERS)('%s', async (_, content, words) => {
    writeHandOver(folder, content);
    const { bullets, registered } = await refusal(configured(ON));
    expect(bullets).toEqual([expect.stringContaining(words)]);
    expect(registered).toBe(0);
  });

  test('no file', async () => {
    const nowhere = path.join(folder, 'nowhere');
    const { bullets } = await refusal(configured(ON), 'dev', nowhere);
    expect(bullets).toEqual([
      `handOverFile: cannot be read, got ENOENT for ${path.join(nowhere, 'cdk-outputs.json')}. Recording is on, and ` +
        'the file has the bucket and the role. Run `npx cdk deploy`, or `npm run hand-over -- --environment dev`.',
    ]);
  });

  test('another region than configured', async () => {
    writeHandOver(folder, { 'TavusRecordings-dev': whole });
    const { bullets } = await refusal(configured({ ...ON, awsRegion: 'us-west-2' }));
    expect(bullets).toEqual([expect.stringContaining('Region: is not us-west-2, got us-east-1.')]);
  });
});

test('every undeclared key that is read is a secret', async () => {
  const read = new Set<string>();
  const source = configured(OFF);
  await runWithMocks(() =>
    recordingsBackend(
      {
        ...source,
        get(key) {
          read.add(key);
          return source.get(key);
        },
      },
      'dev',
      folder,
    ),
  );
  const undeclared = [...read].filter((key) => !Object.hasOwn(CONFIG_ENTRIES, key));
  expect(undeclared.toSorted()).toEqual(SECRET_SETTINGS.map(pulumiConfigKey).toSorted());
  expect(Object.keys(CONFIG_ENTRIES).filter((key) => !read.has(key))).toEqual([]);
});
