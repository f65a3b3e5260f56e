import { checkInputs } from '../../../../local/azure/checks/check-inputs';
import { ruleProblems } from '../../../../local/azure/checks/rules/rule-table';
import { shown } from '../../../../local/azure/checks/shown';
import { UNKNOWN, type Plain } from '../../../../local/azure/wire';
import { changed, select } from './changes';
import { GOOD_INPUTS } from './good-inputs';

const APP = 'azure-native:app:ContainerApp';

/** What the rules say of good inputs after one change. */
function saidOf(type: string, at: string, to: Plain | undefined): string[] {
  const good = GOOD_INPUTS[type] ?? {};
  return ruleProblems(type, changed(good, select(good, at), to)).map(
    ({ property, reason }) => `${property}: ${reason}`,
  );
}

test('a type that nobody knows is refused as a whole', () => {
  expect(checkInputs('azure-native:storage:StorageAccount', {})).toEqual([
    {
      property: '',
      reason:
        'unknown type, got "azure-native:storage:StorageAccount". Nobody checks its inputs here, so nothing would be known of it before a real deployment. Use another type, or write rules for this one.',
    },
  ]);
  expect(ruleProblems('azure-native:app/v20240301:ContainerApp', {})).toHaveLength(1);
  expect(ruleProblems('constructor', {})).toHaveLength(1);
});

test.each([
  [
    'configuration.ingress.targetPort',
    0,
    'configuration.ingress.targetPort: is no port, got 0. Azure would guess the port, and requests end in 502 when it guesses wrong. Give the port that the container listens on.',
  ],
  [
    'configuration.ingress.traffic[0].weight',
    90,
    'configuration.ingress.traffic: has weights that add up to 90 instead of 100, got a list of 1. Azure refuses an app whose requests would go nowhere or twice. Give one entry with latestRevision true and weight 100.',
  ],
  [
    'template.containers[0].env[0].secretRef',
    'not-a-real-key',
    'template.containers[0].env[0].secretRef: names no secret of the app (it has callback-secrets, tavus-api-key), got a text of 14 characters. Azure refuses the app, or the container starts without the variable. Name one of configuration.secrets.',
  ],
  [
    'template.containers[0].resources.memory',
    '512Mi',
    'template.containers[0].resources: asks for cpu 0.5 with memory "512Mi", which is no size that Azure has, got an object. Azure refuses the app: Consumption has steps of a quarter core up to 4, each with twice as many Gi of memory. Give a pair such as cpu 0.5 and memory 1Gi.',
  ],
  [
    'template.revisionSuffix',
    'v2',
    'template.revisionSuffix: is set, got "v2". It must be new for as long as the app lives; a repeated one fails, or silently deploys nothing. Leave it out, Azure makes one.',
  ],
  [
    'containerAppName',
    'tavus--recordings',
    'containerAppName: is no name for a Container App, got "tavus--recordings". It is part of the address: 2 to 32 lower-case letters, digits and single hyphens, a letter first. Choose a shorter or simpler one.',
  ],
])('%s: what is wrong, what was found, why it matters, what to do', (at, to, sentence) => {
  expect(saidOf(APP, at, to)).toEqual([sentence]);
});

test('all that is wrong is named at once', () => {
  const good = GOOD_INPUTS[APP] ?? {};
  const broken = ['location', 'environmentId', 'template.containers[0].image'].reduce(
    (inputs, at) => changed(inputs, select(inputs, at), undefined),
    good,
  );
  expect(ruleProblems(APP, broken).map(({ property }) => property)).toEqual([
    'location',
    'environmentId',
    'template.containers[0].image',
  ]);
});

describe('sizes of a replica', () => {
  const containers = (...sizes: [number, string][]): Plain =>
    sizes.map(([cpu, memory], index) => ({
      name: `c${index}`,
      image: `x@sha256:${'0a'.repeat(32)}`,
      resources: { cpu, memory },
    }));

  test.each<[Plain]>([
    [containers([0.25, '0.5Gi'])],
    [containers([4, '8Gi'])],
    [containers([0.1, '0.2Gi'], [0.65, '1.3Gi'])],
    [containers([0.75, '1Gi'], [0.25, '1Gi'])],
  ])('add up to one that Azure has: %j', (list) => {
    expect(saidOf(APP, 'template.containers', list)).toEqual([]);
  });

  test.each<[Plain]>([
    [containers([4.25, '8.5Gi'])],
    [containers([0, '0Gi'])],
    [containers([2, '4Gi'], [2.25, '4.5Gi'])],
    [containers([0.5, '1024Mi'])],
  ])('do not add up to any: %j', (list) => {
    expect(saidOf(APP, 'template.containers', list)).toHaveLength(1);
  });

  test('are not judged where one container leaves its own to Azure', () => {
    const size = { cpu: 0.3, memory: '0.6Gi' };
    const [sized, unsized] = ['a', 'b'].map((name) => ({ name, image: `x@sha256:${'0a'.repeat(32)}` }));
    const list = [{ ...sized, resources: size }, { ...unsized }];
    expect(saidOf(APP, 'template.containers', list)).toEqual([]);
    expect(saidOf(APP, 'template.containers', list.slice(0, 1))).toHaveLength(1);
  });

  test('are not judged in a dedicated profile', () => {
    const good = GOOD_INPUTS[APP] ?? {};
    const broken = changed(good, select(good, 'template.containers[0].resources.memory'), '4Gi');
    expect(ruleProblems(APP, broken)).toHaveLength(1);
    expect(ruleProblems(APP, { ...broken, workloadProfileName: 'D4' })).toEqual([]);
  });
});

describe('no secret is shown', () => {
  const KEY = 'not-a-real-key';

  test.each([
    [APP, 'configuration.secrets[0].value', KEY],
    [APP, 'template.containers[0].env[?secretRef].secretRef', KEY],
    [APP, 'template.containers[0].env[?secretRef].value', KEY],
    [APP, 'template.containers[0].env[0].name', `TAVUS_API_KEY=${KEY}`],
    [APP, 'configuration.secrets[0].keyVaultUrl', `https://vault.example/secrets/x?sig=${KEY}`],
    ['azure-native:keyvault:Secret', 'properties', { valeu: KEY }],
    [
      'azure-native:app:ManagedEnvironment',
      'appLogsConfiguration.logAnalyticsConfiguration',
      { sharedKey: KEY },
    ],
  ])('of %s at %s', (type, at, to) => {
    const said = saidOf(type, at, to);
    expect(said).not.toEqual([]);
    expect(said.join('\n')).not.toContain(KEY);
  });

  test.each<[string, Plain | undefined, string]>([
    ['value', 'abc', 'a text of 3 characters'],
    ['sharedKey', 'abc', 'a text of 3 characters'],
    ['name', 'abc', '"abc"'],
    ['name', 'KEY=abc', '"KEY=..."'],
    ['name', '', 'an empty text'],
    ['name', 'a'.repeat(101), `"${'a'.repeat(100)}..."`],
    ['role', 'arn:aws:iam::123456789012:role/recorder', '"arn:aws:iam::********9012:role/..."'],
    ['value', 8080, '8080'],
    ['value', ['abc'], 'a list of 1'],
    ['value', { abc: 'abc' }, 'an object'],
    ['value', undefined, 'nothing'],
    ['value', null, 'nothing'],
    ['value', UNKNOWN, 'a value that only a deployment knows'],
  ])('%s of %p is shown as %s', (name, value, text) => {
    expect(shown(name, value)).toBe(text);
  });
});
