import { z } from 'zod';

const ms = z.number().int().min(0);
const count = z.number().int().min(0);

/**
 * The vendor's behaviours and faults that the simulator can reproduce. Each default is documented or the most
 * often observed.
 *
 * "assumption" means that no source says so. All can be set at the start, and at run time with
 * `POST /sim/faults`. Unknown names are an error: with a misspelt fault, a test would pass without it.
 */
export const faultConfigSchema = z.strictObject({
  /** Delays each API response. The request is processed before the delay, as with a slow network. */
  latencyMs: ms.default(0),
  /** Every API call fails at once with this response and has no effect. */
  apiFault: z.enum(['none', 'html-500', '402']).default('none'),

  /** Concurrent conversations per API key. 3 is the limit of the Starter plan (pricing page, 18 Sep 2026). */
  maxConcurrent: count.default(3),
  /** Status of a refusal because of `maxConcurrent`. All observers saw 400; 429 is possible. */
  concurrencyStatus: z.union([z.literal(400), z.literal(429)]).default(400),
  /** The plan's longest call. A longer `max_call_duration` is reduced to it without an error (observed). */
  planMaxCallSec: count.nullable().default(null),
  /** Status of `/end`: 200 is documented, the vendor's sample also handles 204. */
  endStatus: z.union([z.literal(200), z.literal(204)]).default(200),
  /** Status of a second `/end` (assumption). */
  secondEndStatus: z.union([z.literal(200), z.literal(400)]).default(200),
  /** Status for an unknown replica or persona: 404 (assumption), 400 observed. */
  unknownCatalogueStatus: z.union([z.literal(404), z.literal(400)]).default(404),
  /** The persona is the response itself, or is inside `data[]`: both observed. */
  personaShape: z.enum(['top', 'data']).default('top'),

  /** The room answers each `startRecording()` with a `recording-error`. Sources disagree on who may start. */
  roomRecordingRefused: z.boolean().default(false),
  /** From `startRecording()` to `recording-started`. Users report up to 25 s. */
  recordingStartMs: ms.default(0),
  /** Content-Type of the object. `null`: not sent, so S3 stores `binary/octet-stream` (assumption). */
  contentType: z.string().nullable().default(null),
  /**
   * S3 regions that Daily cannot write to: Daily keeps the recording, and a worker of Tavus copies it. The real list is
   * unknown.
   */
  workerCopyRegions: z.array(z.string()).default([]),
  /** The worker's attempts. Retries are documented, their number is an assumption. */
  workerCopyAttempts: count.min(1).default(3),
  workerCopyRetryMs: ms.default(2_000),
  /** The worker's copy to GCS or Azure is refused. The simulator only pretends to copy there. */
  workerCopyRefused: z.boolean().default(false),

  /** From the creation to the replica's join (documented: "a few seconds"). */
  replicaJoinedMs: ms.default(3_000),
  /** The replica never joins: no `system.replica_joined`, and no second participant in the room. */
  replicaNeverJoins: z.boolean().default(false),
  /** From the completed upload to its callback. Shorter than documented ("typically within a minute"). */
  recordingReadyMs: ms.default(5_000),
  perceptionMs: ms.default(180_000),
  /** `timestamp` of a transcript entry: seconds as a number, or ISO text. Both were observed. */
  transcriptTimestamps: z.enum(['float', 'iso']).default('float'),

  /** Send each callback twice. */
  duplicate: z.boolean().default(false),
  /** Collect callbacks until none came for `shuffleWindowMs`, then send them in reverse order. */
  shuffle: z.boolean().default(false),
  shuffleWindowMs: ms.default(10_000),
  /** Send `system.shutdown` and the callbacks after it only after all `application.recording_ready`. */
  recordingReadyBeforeShutdown: z.boolean().default(false),
  /** Event types that are logged but never sent as a callback, such as `application.recording_ready`. */
  drop: z.array(z.string()).default([]),
  /** `application.recording_ready` is in the conversation's log. Observed, but not in the documented list. */
  readyLogged: z.boolean().default(true),
  /** Delays each callback. */
  callbackDelayMs: ms.default(0),
  /** After each callback, send a copy with the id of a conversation that does not exist. */
  foreignConversation: z.boolean().default(false),
});

export type FaultConfig = z.output<typeof faultConfigSchema>;
/** Faults to change. Missing and undefined ones keep their value. */
export type FaultOverrides = { readonly [K in keyof FaultConfig]?: FaultConfig[K] | undefined };

/** The body of `POST /sim/faults`. It has no defaults, so that missing faults keep their value. */
export const faultOverridesSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(faultConfigSchema.shape).map(([name, schema]) => [name, schema.unwrap().optional()]),
  ),
);
