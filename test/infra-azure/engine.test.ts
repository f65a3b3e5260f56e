import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkInputs } from '../../local/azure/checks/check-inputs';
import { loadDefinitions } from '../../local/azure/checks/load-definitions';
import { RESOURCE_TYPES } from '../../local/azure/checks/resource-types';
import { StandInAzure } from '../../local/azure/cloud/stand-in-azure';
import { EngineState, runProgram, type ProgramResult } from '../../local/azure/engine/engine';
import { StandInProvider } from '../../local/azure/provider/provider';
import { PROJECT } from '../../local/azure/stack/project';
import { plainObject, UNKNOWN, withoutSecrets, type PlainObject } from '../../local/azure/wire';
import { handedOver, IMAGE, NOTHING_RUNS, OFF, ON, SECRETS, writeHandOver } from './samples';

const ROOT = path.resolve(__dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-engine-'));
const handOverFile = path.join(
  writeHandOver(folder, { 'TavusRecordings-dev': handedOver('dev') }),
  'cdk-outputs.json',
);
afterAll(() => rmSync(folder, { recursive: true }));

/** Azure's definitions are too large to be kept here; whoever has them names the file. */
const definitionsFile = process.env['AZURE_TYPES'];
const definitions =
  definitionsFile === undefined || definitionsFile === '' ? undefined : loadDefinitions(definitionsFile);

type Config = Readonly<Record<string, string>>;

/** An Azure that runs nothing, and what was deployed into it. */
class Stack {
  private readonly state = new EngineState();
  private readonly provider: StandInProvider;

  constructor() {
    const azure = new StandInAzure(NOTHING_RUNS);
    azure.push(IMAGE.slice(IMAGE.indexOf('@') + 1), 'nowhere');
    this.provider = new StandInProvider(azure, (type, inputs) => checkInputs(type, inputs, definitions));
  }

  /** Everything that any `up` sent to Azure, secrets included; previews send nothing. */
  readonly sent: string[] = [];

  async run(config: Config, preview = false): Promise<ProgramResult> {
    const result = await runProgram({
      ...PROJECT,
      rootDirectory: ROOT,
      stack: 'dev',
      config: { handOverFile, ...config },
      secretKeys: Object.keys(SECRETS),
      provider: this.provider,
      state: this.state,
      preview,
    });
    if (!preview) this.sent.push(JSON.stringify(result.resources.map(({ inputs }) => inputs)));
    return result;
  }
}

// Each run starts a process of its own.
jest.setTimeout(60_000);

const stack = new Stack();
let config: Config = ON;
let secondPreview: ProgramResult;
let first: ProgramResult;

// The platform first, to learn the registry in which the image has to be.
beforeAll(async () => {
  const { outputs } = await stack.run({});
  config = { ...ON, image: IMAGE.replace('platformregistry.azurecr.io', String(outputs['registry'])) };
  secondPreview = await stack.run(config, true);
  first = await stack.run(config);
});

const ofType = ({ resources }: ProgramResult, type: string): PlainObject[] =>
  resources.filter((one) => one.type === type).map(({ inputs }) => plainObject(inputs));

/** Where two values differ, as `path: before -> after`. */
function differences(before: unknown, after: unknown, at = ''): string[] {
  if (typeof before === 'object' && typeof after === 'object' && before !== null && after !== null) {
    const [old, next] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
    return [...new Set([...old.keys(), ...next.keys()])].flatMap((key) =>
      differences(old.get(key), next.get(key), `${at}/${key}`),
    );
  }
  return before === after ? [] : [`${at}: ${String(before)} -> ${String(after)}`];
}

/** Inputs of every resource by name; the injected list by setting, so that an entry more does not move the others. */
const inputsByName = ({ resources }: ProgramResult): Record<string, unknown> =>
  Object.fromEntries(
    resources
      .filter(({ operation }) => operation !== 'delete')
      .map(({ type, name, inputs }) => [`${type.split(':').at(-1)} ${name}`, byKey(plainObject(inputs))]),
  );

function byKey(value: unknown): unknown {
  if (Array.isArray(value)) {
    return Object.fromEntries(
      value.map((item: unknown, index) => [
        typeof item === 'object' && item !== null && 'name' in item ? String(item.name) : index,
        byKey(item),
      ]),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, byKey(inner)]));
}

const ENV = '/ContainerApp backend/template/containers/backend/env';

describe("the program in Pulumi's own runner", () => {
  test('survives a first preview, in which nothing that Azure makes is known', async () => {
    const result = await new Stack().run(ON, true);
    expect(result).toMatchObject({ exitCode: 0, log: [] });
    expect(ofType(result, 'azure-native:app:ContainerApp')[0]?.['configuration']).toBe(UNKNOWN);
  });

  test('deploys the platform, then the backend, and changes nothing the second time', async () => {
    expect(first).toMatchObject({ exitCode: 0, log: [] });
    expect(plainObject(first.outputs)).toMatchObject({
      url: expect.stringMatching(
        /^https:\/\/tavus-backend\.laptop-[\da-f]{8}\.westeurope\.azurecontainerapps\.io$/,
      ),
      qaUrl: expect.stringMatching(/\/qa$/),
      image: config['image'],
    });
    const again = await stack.run(config);
    expect(again.resources.filter(({ operation }) => operation !== 'same')).toEqual([]);
  });

  test('passes a preview in which the versions of new secrets are missing', () => {
    expect(secondPreview).toMatchObject({ exitCode: 0, log: [] });
  });

  test('passes the preview of a rotation, in which the new version is missing', async () => {
    const preview = await stack.run({ ...config, tavusApiKey: 'another-tavus-key-0123456789' }, true);
    expect(preview).toMatchObject({ exitCode: 0, log: [] });
  });

  test('holds no secret outside the marks, in what it registers, answers and logs', () => {
    const { resources, outputs, log, stdout, stderr } = first;
    const record = JSON.stringify([resources, outputs, log].map(withoutSecrets));
    const printed = stdout + stderr;
    const found = Object.values(SECRETS).filter((secret) => (record + printed).includes(secret));
    expect(found).toEqual([]);
    // They are there, where they are marked.
    expect(JSON.stringify(resources)).toContain(SECRETS.tavusApiKey);
    expect(withoutSecrets(outputs)).toEqual(outputs);
  });

  test('a new Tavus key changes the secret and its version in the environment, and nothing else', async () => {
    const rotated = await stack.run({ ...config, tavusApiKey: 'another-tavus-key-0123456789' });
    const changed = differences(inputsByName(first), inputsByName(rotated));
    expect(changed.map((line) => line.slice(0, line.indexOf(':')))).toEqual([
      '/Secret backend-tavus-api-key/properties/value',
      `${ENV}/TAVUS_API_KEY_VERSION/value`,
    ]);
  });

  test('recording switched off takes the three AWS values away, and nothing else changes', async () => {
    const on = await stack.run(config);
    const off = await stack.run({ ...config, tavusEnableRecording: 'false' });
    expect(off.exitCode).toBe(0);
    const changed = differences(inputsByName(on), inputsByName(off));
    expect(changed.map((line) => line.slice(0, line.indexOf(':')))).toEqual(
      [
        'TAVUS_AWS_ASSUME_ROLE_ARN',
        'TAVUS_ENABLE_RECORDING/value',
        'TAVUS_RECORDING_S3_BUCKET_NAME',
        'TAVUS_RECORDING_S3_BUCKET_REGION',
      ].map((name) => `${ENV}/${name}`),
    );
  });

  test('injects the version of each secret with every `up`, and never what stands for an unknown one', () => {
    const sent = stack.sent.join('\n');
    expect(sent).toMatch(/"name":"TAVUS_API_KEY_VERSION","value":"[\da-f]{32}"/);
    expect(sent).not.toMatch(/no-version|no-vault-uri/);
  });

  test('refuses a broken configuration within five seconds, with its message and no resource', async () => {
    const started = performance.now();
    const { exitCode, log, resources } = await new Stack().run({ ...OFF, tavusReplicaId: '' });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(exitCode).not.toBe(0);
    expect(resources.filter(({ custom }) => custom)).toEqual([]);
    expect(log.map(({ text }) => text).join('\n')).toContain(
      'tavusPersonaId: missing, and so is tavusReplicaId, got nothing. Tavus needs a persona, or a replica.',
    );
  });
});

// Visibly skipped without Azure's definitions; the hand rules were asked of every resource above.
(definitions === undefined ? describe.skip : describe)("Azure's own definitions", () => {
  test('have nothing against any resource, signing in included', async () => {
    const signIn = { easyAuth: 'true', easyAuthClientId: '11111111-2222-4333-8444-555555555555' };
    const { exitCode, resources } = await stack.run({ ...config, ...signIn });
    expect(exitCode).toBe(0);
    const made = resources.filter(({ custom, operation }) => custom && operation !== 'delete');
    expect(new Set(made.map(({ type }) => type)).size).toBe(Object.keys(RESOURCE_TYPES).length);
    const problems = made.flatMap(({ type, inputs }) => checkInputs(type, plainObject(inputs), definitions));
    expect(problems).toEqual([]);
  });
});
