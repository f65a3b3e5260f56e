import * as z from 'zod';
import { OPERATOR_KEY_HEADER } from '../../contract/operator-key-header';
import { notRecordedReason, PAGE_EVENTS } from '../ledger/facts';
import { STATE_NAMES } from '../ledger/states';
import { PROBLEM_TYPES, problemTypeUri } from '../http/problem';

/** Refuses a value that is too long without running further checks. */
const SHORT_ENOUGH = { abort: true };

/** An ISO 8601 time with its offset, as `new Date().toISOString()` makes it. */
const time = z.iso.datetime({ offset: true, error: 'is not an ISO 8601 time with an offset' });

const consent = z
  .strictObject({
    text_version: z.string().min(1).max(64).describe('Version of the text shown; the backend must know it.'),
    accepted_at: time.describe('At most a day before and 5 minutes after the time of the backend.'),
    locale: z
      .string()
      .max(35, SHORT_ENOUGH)
      .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/)
      .describe('Language of the text shown, as BCP 47.'),
  })
  .describe('What the person agreed to. It is logged before the conversation is created.');

export const startBody = z
  .strictObject({
    conversation_name: z
      .string()
      .trim()
      .min(1)
      .max(120, SHORT_ENOUGH)
      .regex(/^\P{C}*$/u)
      .optional(),
    recording: z.boolean().optional().describe('False: not recorded, regardless of the configuration.'),
    consent: consent.optional(),
    proof: z
      .literal(true)
      .optional()
      .describe('Started by `recordings prove`, not by a person. Only operators may set it.'),
  })
  // No body at all arrives as null.
  .nullish();

export const startHeaders = z.object({
  authorization: z.string().optional().describe('`Bearer <START_API_KEY>` where a key is configured.'),
  [OPERATOR_KEY_HEADER]: z.string().optional().describe('OPERATOR_KEY, with `proof`.'),
  'idempotency-key': z
    .string()
    .optional()
    .describe(
      'A random UUID per start. A repeated request with the same key and body gets the first outcome.',
    ),
});

export const accessHeaders = startHeaders.pick({ authorization: true });
export const access = z.object({ mayStart: z.literal(true) });

export const started = z.object({
  conversation_id: z.string(),
  conversation_url: z.string(),
  meeting_token: z.string().optional(),
  page_token: z.string().describe('Proves that its bearer started this conversation.'),
  recording: z.object({ enabled: z.boolean(), reason: notRecordedReason.optional() }),
});

export const conversationParams = z.object({ conversation_id: z.string() });

export const pageTokenHeaders = z.object({
  'x-page-token': z.string().optional().describe('The `page_token` of the start.'),
});

const pageTokenField = {
  page_token: z.string().optional().describe('Instead of the header, for a page that is closing.'),
};

export const endBody = z.strictObject(pageTokenField).nullish();
export const ended = z.object({ conversation_id: z.string(), status: z.literal('ended') });

/** A room's own words about a failure. */
export const MOST_MESSAGE = 500;

/** Daily's ids are UUIDs; nothing depends on it. */
const dailyId = z.string().min(1).max(64);

export const recordingEventBody = z.strictObject({
  ...pageTokenField,
  event: z.enum(PAGE_EVENTS).describe('`asked`: startRecording() was called.'),
  at: time.describe("The page's time; at most a day from the backend's."),
  report_id: z.uuid().optional().describe('Random; the same when the report is repeated.'),
  page_session: z.uuid().optional().describe('Random; the same for all reports of one page load.'),
  recording_id: dailyId.optional().describe("Daily's `recordingId`."),
  instance_id: dailyId.optional().describe("Daily's `instanceId`."),
  message: z.string().max(MOST_MESSAGE).optional().describe("The room's own words."),
});

export const recordingStatus = z.object({
  recording: z.enum(STATE_NAMES),
  cause: z.string().optional().describe('Why, if known.'),
  recordings: z
    .array(
      z.object({
        key: z.string(),
        verified: z
          .boolean()
          .describe('Whether the backend has seen it in the bucket; otherwise only Tavus announced it.'),
        size: z.int().optional().describe('Bytes; only if seen.'),
      }),
    )
    .describe('Oldest first; each start of recording makes one.'),
});

export const callbackParams = z.object({ start_id: z.string(), token: z.string() });
export const callbackAnswer = z.object({ received: z.literal(true) });

export const health = z.object({ status: z.enum(['ok', 'shutting-down', 'waiting-for-ledger']) });

export const qaConfig = z.object({
  recording: z.object({ enabled: z.boolean(), bucketRegion: z.string().optional() }),
  consentRequired: z.boolean(),
  keyRequired: z.boolean(),
  signInRequired: z.boolean().describe('Whether Container Apps authentication is in front.'),
  hasRecordingsPage: z.boolean().describe('Whether operators have `/recordings`.'),
  roomOrigin: z.string(),
});

/** RFC 9457. */
export const problem = z
  .object({
    type: z.enum(PROBLEM_TYPES.map(problemTypeUri)),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().describe('Identifies this failure in the log.'),
    fields: z.array(z.object({ field: z.string(), problem: z.string() })).optional(),
    tavus: z
      .object({ status: z.int().optional(), words: z.string().optional() })
      .optional()
      .describe("Tavus's status and its own words."),
  })
  .meta({ id: 'Problem', description: 'What went wrong.' });

/** Documents the problems that a route answers, by status. */
export function problems(...statuses: readonly number[]): Record<number, object> {
  const content = { 'application/problem+json': { schema: problem } };
  return Object.fromEntries(statuses.map((status) => [status, { description: 'Problem', content }]));
}
