import { z } from 'zod';

const ms = z.number().int().min(0);
const count = z.number().int().min(0);

/**
 * Every way in which the vendor may behave, with the default that is documented or most often seen.
 *
 * "assumption" marks what no source says. All can be set when the simulator starts, and at run time by
 * `POST /sim/faults`; unknown names are refused, so that a misspelt fault cannot look like a passed test.
 */
export const faultConfigSchema = z.strictObject({
  /** Added to the answer of each API call; the work is done before, as with a slow network. */
  latencyMs: ms.default(0),
  /** Each call is answered so at once, and nothing is done. */
  apiFault: z.enum(['none', 'html-500', '402']).default('none'),

  /** Conversations at a time per key; 3 = the Starter plan's (pricing page, 18 Sep 2026). */
  maxConcurrent: count.default(3),
  /** All observers saw 400; 429 is possible. */
  concurrencyStatus: z.union([z.literal(400), z.literal(429)]).default(400),
  /** The plan's longest call; a longer `max_call_duration` is cut to it without a word (observed). */
  planMaxCallSec: count.nullable().default(null),
  /** Answer to `/end`: 200 documented, 204 handled by the vendor's own sample. */
  endStatus: z.union([z.literal(200), z.literal(204)]).default(200),
  /** Answer to a second `/end`: unknown, so 200 (assumption). */
  secondEndStatus: z.union([z.literal(200), z.literal(400)]).default(200),
  /** Answer to an unknown replica or persona: 404 (assumption), 400 also seen. */
  unknownCatalogueStatus: z.union([z.literal(404), z.literal(400)]).default(404),
  /** Persona at top level, or inside `data[]`: both observed. */
  personaShape: z.enum(['top', 'data']).default('top'),

  /** The room refuses each `startRecording()` by a `recording-error`: who may start is disputed (assumption). */
  roomRecordingRefused: z.boolean().default(false),
  /** From `startRecording()` to `recording-started`: up to 25 s are reported by users. */
  recordingStartMs: ms.default(0),
  /** Content-Type of the object. `null`: none is sent, S3 stores `binary/octet-stream` (assumption). */
  contentType: z.string().nullable().default(null),
  /** S3 regions that Daily cannot write to itself: recorded at Daily, copied by a worker. The list is unknown. */
  workerCopyRegions: z.array(z.string()).default([]),
  /** Tries of the worker (assumption: retries are documented, their number is not). */
  workerCopyAttempts: count.min(1).default(3),
  workerCopyRetryMs: ms.default(2_000),
  /** The worker's copy to GCS or Azure is refused. Nothing is really copied there: the laptop has neither. */
  workerCopyRefused: z.boolean().default(false),

  /** The replica joins this long after creation ("a few seconds"). */
  replicaJoinedMs: ms.default(3_000),
  /** The replica stays away: no `system.replica_joined`, and no second participant in the room. */
  replicaNeverJoins: z.boolean().default(false),
  /** From the durably written object to its callback. Compressed: documented is "typically within a minute". */
  recordingReadyMs: ms.default(5_000),
  perceptionMs: ms.default(180_000),
  /** Seconds as a number, or ISO text, in a transcript entry's `timestamp`: both observed in one field. */
  transcriptTimestamps: z.enum(['float', 'iso']).default('float'),

  /** Send each callback twice. */
  duplicate: z.boolean().default(false),
  /** Hold callbacks until none came for `shuffleWindowMs`, then send the last first: disorder that repeats. */
  shuffle: z.boolean().default(false),
  shuffleWindowMs: ms.default(10_000),
  /** Hold `system.shutdown`, and what follows it, until the recordings are announced. */
  recordingReadyBeforeShutdown: z.boolean().default(false),
  /** Event types that are logged but never sent, such as `application.recording_ready`. */
  drop: z.array(z.string()).default([]),
  /** The log of a conversation has `application.recording_ready`: seen, and not on the documented list. */
  readyLogged: z.boolean().default(true),
  /** Added before each callback. */
  callbackDelayMs: ms.default(0),
  /** Follow each callback by a copy that names a conversation nobody knows. */
  foreignConversation: z.boolean().default(false),
});

export type FaultConfig = z.output<typeof faultConfigSchema>;
/** Some of the faults: the others keep their value. */
export type FaultOverrides = { readonly [K in keyof FaultConfig]?: FaultConfig[K] | undefined };

/** What `POST /sim/faults` takes: any of the faults, and nothing else. No default: what is absent stays as it is. */
export const faultOverridesSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(faultConfigSchema.shape).map(([name, schema]) => [name, schema.unwrap().optional()]),
  ),
);
