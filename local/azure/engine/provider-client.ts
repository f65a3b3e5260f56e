import type { ServiceError } from '@grpc/grpc-js';
import type { Provider } from '@pulumi/pulumi/provider';
import type { ResourceProviderClient } from '@pulumi/pulumi/proto/provider_grpc_pb';
import * as proto from '@pulumi/pulumi/proto/provider_pb';
import { fromStruct, grpc, toStruct } from './sdk';

type Done<Response> = (error: ServiceError | null, response: Response) => void;

/** One call. */
function ask<Response>(printed: () => string, send: (done: Done<Response>) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => {
      if (error === null) resolve(response);
      else if (error.code !== grpc.status.UNAVAILABLE) reject(new Error(error.details, { cause: error }));
      else {
        const text = `azure-native: does not answer, got ${error.details}. What it was doing may be half done. Its last lines:\n${printed()}`;
        reject(new Error(text, { cause: error }));
      }
    });
  });
}

/** What the CLI sends first: this side understands secrets and resources. */
export async function configure(client: ResourceProviderClient, printed: () => string): Promise<void> {
  const request = new proto.ConfigureRequest()
    .setArgs(toStruct({}))
    .setAcceptsecrets(true)
    .setAcceptresources(true);
  await ask<proto.ConfigureResponse>(printed, (done) => client.configure(request, done));
}

const CHANGES: Readonly<Record<proto.DiffResponse.DiffChanges, { readonly changes?: boolean }>> = {
  [proto.DiffResponse.DiffChanges.DIFF_UNKNOWN]: {},
  [proto.DiffResponse.DiffChanges.DIFF_NONE]: { changes: false },
  [proto.DiffResponse.DiffChanges.DIFF_SOME]: { changes: true },
};

const failures = (list: readonly proto.CheckFailure[]): { property: string; reason: string }[] =>
  list.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));

/** The SDK's interface of a provider, over gRPC. Errors have the provider's own words. */
export function speak(client: ResourceProviderClient, printed: () => string): Provider {
  return {
    async check(urn, olds, news) {
      const request = new proto.CheckRequest().setUrn(urn).setOlds(toStruct(olds)).setNews(toStruct(news));
      const answer = await ask<proto.CheckResponse>(printed, (done) => client.check(request, done));
      return { inputs: fromStruct(answer.getInputs()), failures: failures(answer.getFailuresList()) };
    },
    async diff(id, urn, olds, news) {
      const request = new proto.DiffRequest()
        .setId(id)
        .setUrn(urn)
        .setOlds(toStruct(olds))
        .setNews(toStruct(news));
      const answer = await ask<proto.DiffResponse>(printed, (done) => client.diff(request, done));
      return { ...CHANGES[answer.getChanges()], replaces: answer.getReplacesList() };
    },
    async create(urn, inputs) {
      const request = new proto.CreateRequest().setUrn(urn).setProperties(toStruct(inputs));
      const answer = await ask<proto.CreateResponse>(printed, (done) => client.create(request, done));
      return { id: answer.getId(), outs: fromStruct(answer.getProperties()) };
    },
    async read(id, urn, props) {
      const request = new proto.ReadRequest().setId(id).setUrn(urn).setProperties(toStruct(props));
      const answer = await ask<proto.ReadResponse>(printed, (done) => client.read(request, done));
      return { id: answer.getId(), props: fromStruct(answer.getProperties()) };
    },
    async update(id, urn, olds, news) {
      const request = new proto.UpdateRequest()
        .setId(id)
        .setUrn(urn)
        .setOlds(toStruct(olds))
        .setNews(toStruct(news));
      const answer = await ask<proto.UpdateResponse>(printed, (done) => client.update(request, done));
      return { outs: fromStruct(answer.getProperties()) };
    },
    async delete(id, urn, props) {
      const request = new proto.DeleteRequest().setId(id).setUrn(urn).setProperties(toStruct(props));
      await ask<unknown>(printed, (done) => client.delete(request, done));
    },
    async invoke(token, args) {
      const request = new proto.InvokeRequest().setTok(token).setArgs(toStruct(args));
      const answer = await ask<proto.InvokeResponse>(printed, (done) => client.invoke(request, done));
      return { outputs: fromStruct(answer.getReturn()), failures: failures(answer.getFailuresList()) };
    },
  };
}
