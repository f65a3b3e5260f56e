import { createRequire } from 'node:module';
import type * as Grpc from '@grpc/grpc-js';
import type * as EmptyModule from 'google-protobuf/google/protobuf/empty_pb';
import type * as StructModule from 'google-protobuf/google/protobuf/struct_pb';
import { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import * as proto from '@pulumi/pulumi/proto/provider_pb';
import type { FakeProvider } from './fake-provider';

// The SDK's own copies, because its messages are instances of their classes.
const fromSdk = createRequire(require.resolve('@pulumi/pulumi/package.json'));
const grpc: typeof Grpc = fromSdk('@grpc/grpc-js');
const { Empty }: typeof EmptyModule = fromSdk('google-protobuf/google/protobuf/empty_pb');
const { Struct }: typeof StructModule = fromSdk('google-protobuf/google/protobuf/struct_pb');

type Properties = Readonly<Record<string, unknown>>;

const fromStruct = (struct: StructModule.Struct | undefined): Properties => struct?.toJavaScript() ?? {};
/** The JSON round trip drops undefined properties, which a struct cannot contain. */
const toStruct = (value: object = {}): StructModule.Struct =>
  Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));

const unary =
  <Request, Response>(
    answer: (request: Request) => Response | Promise<Response>,
  ): Grpc.handleUnaryCall<Request, Response> =>
  (call, callback) => {
    void (async () => {
      try {
        callback(null, await answer(call.request));
      } catch (error) {
        const details = error instanceof Error ? error.message : String(error);
        callback({ code: grpc.status.UNKNOWN, details });
      }
    })();
  };

/**
 * Serves a provider with the protocol of a Pulumi plugin. The SDK's own server does not support previews: the CLI would
 * take inputs for outputs, and properties that Azure adds would be missing instead of unknown.
 * @returns the port
 */
export async function serve(provider: FakeProvider): Promise<number> {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': 64 * 1024 * 1024 });
  server.addService(ResourceProviderService, {
    attach: unary(() => new Empty()),
    cancel: unary(() => new Empty()),
    getPluginInfo: unary(() => new PluginInfo().setVersion(provider.version)),
    configure: unary(() =>
      new proto.ConfigureResponse()
        .setAcceptsecrets(true)
        .setAcceptresources(true)
        .setAcceptoutputs(true)
        .setSupportspreview(true),
    ),
    ...resourceMethods(provider),
    invoke: unary(async (request: proto.InvokeRequest) => {
      const { outputs } = await provider.invoke(request.getTok());
      return new proto.InvokeResponse().setReturn(toStruct(outputs));
    }),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}

const resourceMethods = (provider: FakeProvider): Grpc.UntypedServiceImplementation => ({
  check: unary(async (request: proto.CheckRequest) => {
    const { inputs, failures = [] } = await provider.check(
      request.getUrn(),
      fromStruct(request.getOlds()),
      fromStruct(request.getNews()),
    );
    const list = failures.map(({ property, reason }) =>
      new proto.CheckFailure().setProperty(property).setReason(reason),
    );
    return new proto.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(list);
  }),
  diff: unary(async (request: proto.DiffRequest) => {
    const { changes, replaces = [] } = await provider.diff(
      request.getId(),
      request.getUrn(),
      fromStruct(request.getOlds()),
      fromStruct(request.getNews()),
    );
    const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
    return new proto.DiffResponse()
      .setChanges(changes === true ? DIFF_SOME : DIFF_NONE)
      .setReplacesList(replaces)
      .setDeletebeforereplace(true);
  }),
  create: unary(async (request: proto.CreateRequest) => {
    const inputs = fromStruct(request.getProperties());
    const { id, outs } = request.getPreview()
      ? { id: '', outs: provider.preview(request.getUrn(), {}, inputs) }
      : await provider.create(request.getUrn(), inputs);
    return new proto.CreateResponse().setId(id).setProperties(toStruct(outs));
  }),
  read: unary(async (request: proto.ReadRequest) => {
    const found = await provider.read(request.getId(), request.getUrn(), fromStruct(request.getProperties()));
    const response = new proto.ReadResponse().setId(found.id ?? '').setProperties(toStruct(found.props));
    return found.inputs === undefined ? response : response.setInputs(toStruct(found.inputs));
  }),
  update: unary(async (request: proto.UpdateRequest) => {
    const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
    const outs = request.getPreview()
      ? provider.preview(request.getUrn(), olds, news)
      : (await provider.update(request.getId(), request.getUrn(), olds, news)).outs;
    return new proto.UpdateResponse().setProperties(toStruct(outs));
  }),
  delete: unary(async (request: proto.DeleteRequest) => {
    await provider.delete(request.getId());
    return new Empty();
  }),
});
