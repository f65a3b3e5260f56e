import { createRequire } from 'node:module';
import type * as Grpc from '@grpc/grpc-js';
import type * as EmptyModule from 'google-protobuf/google/protobuf/empty_pb';
import type * as StructModule from 'google-protobuf/google/protobuf/struct_pb';
import type { WireObject } from './wire-object';
import { canonical } from './wire-object';

/** Program, engine and provider must speak with one copy of these two, and it is the SDK that decides which. */
const fromSdk = createRequire(require.resolve('@pulumi/pulumi/package.json'));

/** gRPC as the installed Pulumi SDK uses it. */
export const grpc: typeof Grpc = fromSdk('@grpc/grpc-js');
/** The message that says nothing. */
export const { Empty }: typeof EmptyModule = fromSdk('google-protobuf/google/protobuf/empty_pb');
const { Struct }: typeof StructModule = fromSdk('google-protobuf/google/protobuf/struct_pb');

/** Properties into their message. What is undefined is left out, as in JSON. */
export function toStruct(value: WireObject): StructModule.Struct {
  return Struct.fromJavaScript(canonical(value));
}

/** Properties out of their message, keys sorted. */
export function fromStruct(message: StructModule.Struct | undefined): WireObject {
  return message === undefined ? {} : canonical(message.toJavaScript());
}
