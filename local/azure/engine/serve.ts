import type { handleUnaryCall, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { messageOf } from './message';
import { grpc } from './sdk';

/** A whole resource may travel in one message; gRPC's own limit is 4 MB. */
export const CHANNEL_OPTIONS = { 'grpc.max_receive_message_length': 64 * 1024 * 1024 };

/** HTTP/2 bounds the header that an error travels in; percent-encoding may triple it. The log has the whole text. */
const MAX_DETAILS = 4000;

/** Refuses a call with one of gRPC's codes; any other error becomes UNKNOWN. */
export class CallError extends Error {
  override readonly name = 'CallError';
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message);
  }
}

/** A method that takes one message and answers with one. */
export function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void (async () => {
      try {
        callback(null, await answer(call.request));
      } catch (error) {
        const code = error instanceof CallError ? error.code : grpc.status.UNKNOWN;
        callback({ code, details: messageOf(error).slice(0, MAX_DETAILS) });
      }
    })();
  };
}

/** A server of this computer alone. */
export interface Served {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  close(): void;
}

/** Offers these services on a free port. Methods that are missing answer UNIMPLEMENTED. */
export async function serve(
  services: readonly (readonly [ServiceDefinition, UntypedServiceImplementation])[],
): Promise<Served> {
  const server = new grpc.Server(CHANNEL_OPTIONS);
  for (const [definition, implementation] of services) server.addService(definition, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}
