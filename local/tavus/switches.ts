import { z } from 'zod';

const ms = z.number().int().min(0);
const count = z.number().int().min(0);

/**
 * Every way in which the vendor may behave, with the default that is documented or most often seen.
 *
 * "assumption" marks what no source says. All can be set when the simulator starts, and at run time by
 * `POST /sim/faults`; unknown names are refused, so that a misspelt fault cannot look like a passed test.
 */
export const switchesSchema = z.strictObject({
  /** Added to the answer of each API call; the work is done before, as with a slow network. */
  latencyMs: ms.default(0),
  /** `timeout`: the work is done, the answer comes after `timeoutMs`. The others answer at once, nothing is done. */
  apiFault: z.enum(['none', 'timeout', 'html-500', '401', '402', '429']).default('none'),
  /** Longer than the 30 s that clients in use wait (observed). */
  timeoutMs: ms.default(35_000),

  /** Refuse fields that are not documented. Default: accept and record them (assumption). */
  strictFields: z.boolean().default(false),
  /** Key of a 400 for ids and for the role; docs say `error`, users also saw `message`. */
  errorKey: z.enum(['error', 'message']).default('error'),
  /** Judge the role at creation (documented; that it also happens in test_mode is an assumption). */
  checkRole: z.boolean().default(true),
  /** Write Daily's test object at creation, as it does for a whole domain's bucket. Per room: unknown, so off. */
  probeBucket: z.boolean().default(false),
  /** Conversations at a time per key; 3 = the Starter plan's (pricing page, 18 Sep 2026). */
  maxConcurrent: count.default(3),
  /** All observers saw 400; 429 is possible. */
  concurrencyStatus: z.union([z.literal(400), z.literal(429)]).default(400),
  /** How long an ended conversation still holds its slot; observed 0..5 s. */
  slotReleaseMs: ms.default(0),
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

  /** Obey `auto_start_recording`. No official text knows the field, so off. */
  honourAutoStart: z.boolean().default(false),
  /** The room refuses each `startRecording()` by a `recording-error`: who may start is disputed (assumption). */
  roomRecordingRefused: z.boolean().default(false),
  /** A browser not heard of for this long has left the room (assumption). */
  roomHeartbeatMs: ms.min(500).default(10_000),
  /** What daily-js in the page shows when the room shuts down: a fatal `ejected`, or a plain leave (assumption). */
  roomEndShownAs: z.enum(['ejected', 'left']).default('ejected'),
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
  /** Also send `system.pal_joined` (second half of 2026, observed). */
  palJoined: z.boolean().default(false),
  transcriptionReadyMs: ms.default(1),
  /** From the durably written object to its callback. Compressed: documented is "typically within a minute". */
  recordingReadyMs: ms.default(5_000),
  perceptionMs: ms.default(180_000),
  perception: z.enum(['analysis', 'unavailable']).default('analysis'),
  /** Payloads as before May 2026: no `storage_provider`, `storage_uri`; transcript of role and content only. */
  legacyPayloads: z.boolean().default(false),
  /** Leave `webhook_url` out of `recording_ready`, as one documented sample does. */
  omitWebhookUrl: z.boolean().default(false),
  /** `max_call_duration reached` (list of the docs) or `max_call_duration` (their example). */
  shutdownReasonSuffix: z.boolean().default(true),
  shutdownReasonKey: z.enum(['shutdown_reason', 'reason']).default('shutdown_reason'),
  /** Seconds as a number, or ISO text, in a transcript entry's `timestamp`: both observed in one field. */
  transcriptTimestamps: z.enum(['float', 'iso']).default('float'),
  /** Pad the transcript to about this many bytes; 10_000_000 is a long call's. */
  transcriptBytes: count.default(0),

  /** Send each callback twice. */
  duplicate: z.boolean().default(false),
  /** Hold callbacks until none came for `shuffleWindowMs`, then send the last first: disorder that repeats. */
  shuffle: z.boolean().default(false),
  shuffleWindowMs: ms.default(10_000),
  /** Hold `system.shutdown`, and what follows it, until the recordings are announced. */
  recordingReadyBeforeShutdown: z.boolean().default(false),
  /** Event types that are logged but never sent, such as `application.recording_ready`. */
  drop: z.array(z.string()).default([]),
  /** Added before each callback. */
  callbackDelayMs: ms.default(0),
  /** Send one event of a type that no document knows, with the shutdown. */
  unknownEvent: z.boolean().default(false),
  /** Follow each callback by a copy that names a conversation nobody knows. */
  foreignConversation: z.boolean().default(false),
  /** Tries after one that was not answered by 2xx. No retry is documented, so none. */
  retries: count.default(0),
  retryMs: ms.default(1_000),
});

export type Switches = z.output<typeof switchesSchema>;
/** Some of the switches: the others keep their value. */
export type SomeSwitches = { readonly [K in keyof Switches]?: Switches[K] | undefined };

/** What `POST /sim/faults` takes: any of the switches, and nothing else. No default: what is absent stays as it is. */
export const someSwitchesSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(switchesSchema.shape).map(([name, schema]) => [name, schema.unwrap().optional()]),
  ),
);
