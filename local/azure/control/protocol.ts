import * as z from 'zod';
import type { PlainObject } from '../wire';

const object: z.ZodType<PlainObject> = z.record(z.string(), z.json());

/** A request of the provider, sent by POST to the server's only path. */
export const REQUEST = z.discriminatedUnion('call', [
  z.object({ call: z.literal('put'), type: z.string(), inputs: object }),
  z.object({ call: z.literal('get'), id: z.string() }),
  z.object({ call: z.literal('remove'), id: z.string() }),
  z.object({ call: z.literal('clientConfig') }),
]);

export type CloudRequest = z.infer<typeof REQUEST>;

const resource = z.object({ inputs: object, outputs: object });

/** The answer to each call. */
export const ANSWERS = {
  put: resource.extend({ id: z.string() }),
  get: resource.optional(),
  remove: z.undefined(),
  clientConfig: object,
} as const;

/** An error instead of an answer, with a message for people. */
export const REFUSAL = z.object({ error: z.string() });
