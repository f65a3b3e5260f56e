import type { Provider } from '@pulumi/pulumi/provider';
import { ReadResourceRequest, RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb';
import { unknownValue } from '@pulumi/pulumi/runtime/rpc';
import type { Diagnostic } from '../../../../local/azure/engine/diagnostics';
import { toStruct } from '../../../../local/azure/engine/sdk';
import { Session } from '../../../../local/azure/engine/session';
import { EngineState } from '../../../../local/azure/engine/state';
import { cloud } from './cloud';

const TYPE = 'azure-native:resources:ResourceGroup';
const INVALID_ARGUMENT = 3;
const UNAVAILABLE = 14;

const log: Diagnostic[] = [];
beforeEach(() => log.splice(0));

const session = (
  provider: Provider,
  props: { readonly preview?: boolean; readonly signal?: AbortSignal } = {},
): Session =>
  new Session({
    project: 'test',
    stack: 'laptop',
    preview: false,
    provider,
    state: new EngineState(),
    report: (line) => log.push(line),
    ...props,
  });

const request = (name = 'group', type = TYPE): RegisterResourceRequest =>
  new RegisterResourceRequest().setType(type).setName(name).setCustom(true).setObject(toStruct({}));

describe('what this engine would do otherwise than Pulumi is refused', () => {
  test.each([
    ['import', request().setImportid('/subscriptions/1')],
    ['replaceOnChanges', request().setReplaceonchangesList(['location'])],
    ['provider', request().setProvider('urn:pulumi:laptop::test::pulumi:providers:azure-native::p::1')],
    ['ignoreChanges of tags[0]', request().setIgnorechangesList(['tags', 'tags[0]'])],
    ['another provider than azure-native', request('group', 'random:index:RandomId')],
    ['a component from another package', request().setRemote(true)],
  ])('%s', async (what, unknown) => {
    const provider = cloud();
    await expect(session(provider).register(unknown)).rejects.toMatchObject({
      code: INVALID_ARGUMENT,
      message: `group (${unknown.getType()}): uses what this engine does not know, got ${what}. It would do something else than Pulumi. Deploy with the Pulumi CLI.`,
    });
    expect(provider.calls).toEqual([]);
    expect(log).toHaveLength(1);
  });
});

describe('after a failure', () => {
  const failing = (): Provider => cloud({ create: async () => Promise.reject(new Error('no')) });

  test('a deployment begins nothing new, and the SDK is told to be quiet about it', async () => {
    const run = session(failing());
    await expect(run.register(request('first'))).rejects.toThrow('first');
    await expect(run.register(request('second'))).rejects.toMatchObject({ code: UNAVAILABLE });
    expect(log).toHaveLength(1);
    expect(run.failed).toBe(true);
  });

  test('a preview goes on, to show all that is wrong', async () => {
    const check = async (): ReturnType<NonNullable<Provider['check']>> => ({
      failures: [{ property: 'location', reason: 'is missing' }],
    });
    const run = session(cloud({ check }), { preview: true });
    await expect(run.register(request('first'))).rejects.toThrow('first');
    await expect(run.register(request('second'))).rejects.toThrow('second');
    expect(log).toHaveLength(2);
  });
});

test('after an abort nothing new is begun', async () => {
  const run = session(cloud(), { signal: AbortSignal.abort() });
  await expect(run.register(request())).rejects.toMatchObject({ code: UNAVAILABLE });
});

describe('what somebody else made', () => {
  const read = (id: string): ReadResourceRequest =>
    new ReadResourceRequest()
      .setType(TYPE)
      .setName('theirs')
      .setId(id)
      .setProperties(toStruct({ asked: true }));
  const provider: Provider = {
    read: async (id) => (id === '/theirs' ? { id, props: { location: 'westeurope' } } : {}),
  };

  test('is read by its id', async () => {
    expect(await session(provider).read(read('/theirs'))).toEqual({
      urn: `urn:pulumi:laptop::test::${TYPE}::theirs`,
      properties: { location: 'westeurope' },
    });
  });

  test('is unknown while its id is', async () => {
    const { properties } = await session(provider).read(read(unknownValue));
    expect(properties).toEqual({ asked: true });
  });

  test('must be there', async () => {
    await expect(session(provider).read(read('/gone'))).rejects.toThrow(
      `theirs (${TYPE}): is not there, got nothing for the id /gone. The program needs its properties. Look for the id.`,
    );
  });
});

describe('a function', () => {
  test('is answered by the provider', async () => {
    const provider: Provider = { invoke: async (token, args) => ({ outputs: { token, args } }) };
    const answer = await session(provider).invoke('azure-native:authorization:getClientConfig', { a: 1 });
    expect(answer.outputs).toEqual({ token: 'azure-native:authorization:getClientConfig', args: { a: 1 } });
  });

  test.each([
    ['of another provider', 'aws:index:getRegion', { invoke: async () => ({}) }],
    ['that nobody answers', 'azure-native:a:b', {}],
  ])('%s is refused', async (_, token, provider) => {
    await expect(session(provider).invoke(token, {})).rejects.toThrow(
      `${token}: is a function that this engine does not know, got no provider with it. The program needs its answer. Deploy with the Pulumi CLI.`,
    );
  });
});
