import * as z from 'zod';
import type { PlainObject } from '../wire';

const object: z.ZodType<PlainObject> = z.record(z.string(), z.json());

/** What the provider may ask of the cloud; one path, by POST. */
export const REQUEST = z.discriminatedUnion('call', [
  z.object({ call: z.literal('put'), type: z.string(), inputs: object }),
  z.object({ call: z.literal('get'), id: z.string() }),
  z.object({ call: z.literal('remove'), id: z.string() }),
  z.object({ call: z.literal('clientConfig') }),
]);

export type CloudRequest = z.infer<typeof REQUEST>;

const resource = z.object({ inputs: object, outputs: object });

/** What the cloud answers to each call. */
export const ANSWERS = {
  put: resource.extend({ id: z.string() }),
  get: resource.optional(),
  remove: z.undefined(),
  clientConfig: object,
} as const;

/** A sentence for people, in place of an answer. */
export const REFUSAL = z.object({ error: z.string() });
