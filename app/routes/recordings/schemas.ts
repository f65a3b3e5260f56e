import * as z from 'zod';
import { STATE_NAMES } from '../../ledger/states';

/** Text of a name, in a search and in a fact. */
const MOST_NAME = 120;
const personName = z
  .string()
  .trim()
  .min(1)
  .max(MOST_NAME, { abort: true })
  .regex(/^\P{C}*$/u);

export const operatorHeaders = z.object({
  authorization: z.string().optional().describe('`Bearer <OPERATOR_KEY>`, where nobody signs in.'),
});

const time = z.iso.datetime().describe('UTC.');

const isState = (name: string): name is (typeof STATE_NAMES)[number] =>
  STATE_NAMES.some((state) => state === name);

export const listQuery = z.strictObject({
  after: z
    .string()
    .regex(/^\d{13}~[\w-]{0,64}$/)
    .optional()
    .describe('`next` of the page before.'),
  state: z
    .string()
    .max(300, { abort: true })
    .transform((text) => text.split(','))
    .refine((names) => names.every(isState), 'is a list of states, separated by commas')
    .transform((names) => names.filter(isState))
    .optional()
    .describe('States of the ledger, separated by commas.'),
  held: z.literal('true').optional().describe('Only recordings on hold.'),
  name: personName.optional().describe("Part of the conversation's name."),
  day: z.iso.date().optional().describe('Day of the start, UTC.'),
});

const row = z.object({
  start_id: z.string(),
  conversation_id: z.string().optional(),
  name: z.string().optional(),
  at: time.describe('When it was started. UTC.'),
  state: z.enum(STATE_NAMES),
  held: z.literal(true).optional().describe('On hold: `recordings hold`.'),
  cause: z.string().optional().describe('Why, in words.'),
  recording_count: z.int(),
  size: z.int().optional().describe('In bytes, of the newest recording.'),
  duration_sec: z.number().optional().describe('Of the newest recording.'),
  expires_at: time.optional().describe('When the bucket deletes the newest recording. UTC.'),
});

export const list = z.object({
  conversations: z.array(row).describe('Newest first.'),
  next: z.string().optional().describe('`after` of the next page. Absent: there is none.'),
  looked_back_to: time.optional().describe('Older starts have not been looked at yet. UTC.'),
});

export const oneParams = z.object({
  id: z.string().describe('Id of a conversation, or else of a start.'),
});

const version = z.object({
  version_id: z.string(),
  seen_at: time,
  found: z.string().describe('In words.'),
});

const recording = z.object({
  key: z.string(),
  started_at: time,
  whereabouts: z.enum(['announced', 'intact', 'flawed', 'lost', 'gone', 'expired', 'erased']),
  verified: z.boolean().describe('Whether it was seen in the bucket, complete and playable.'),
  verification: z.string().describe('What is known of it, in words.'),
  size: z.int().optional(),
  duration_sec: z.number().optional(),
  encryption: z.string().optional().describe('As seen in the bucket.'),
  key_arn: z.string().optional(),
  checksum: z.string().optional(),
  expires_at: time.optional(),
  expiry_is_computed: z
    .boolean()
    .describe('From the retention that held at the start: the bucket has not said it.'),
  versions: z.array(version).describe('That were seen, newest first.'),
  no_link: z.string().optional().describe('Why it cannot be played. Absent: it can be tried.'),
});

export const one = row.extend({
  meaning: z.string().describe('Of the state.'),
  check: z.string().optional().describe('Check of `recordings doctor` that confirms the cause.'),
  runbook: z.string().optional().describe('Path of the entry in this repository.'),
  consent: z
    .object({
      text_version: z.string(),
      text_sha256: z.string().optional(),
      accepted_at: z.string(),
      locale: z.string().optional(),
      text: z.array(z.string()).optional().describe('Of a version that `/qa` shows, or has shown.'),
    })
    .optional(),
  recordings: z.array(recording).describe('Oldest first.'),
  facts: z.array(z.object({ at: time, words: z.string() })).describe('As they happened.'),
});

const recordingKey = z.string().max(500, { abort: true });

export const linkBody = z.strictObject({
  key: recordingKey,
  version_id: z.string().max(1024).optional().describe('One that was seen. Absent: the one seen last.'),
  page_session: z.uuid().describe('Random, and the same for all links of one load of the page.'),
  viewer: personName.optional().describe('Who looks. Required with the operator key, which is shared.'),
  download: z.boolean().optional(),
});

export const link = z.object({
  url: z.string().describe('Fetches the recording without credentials. Never log it.'),
  expires_at: time,
});

export const captionsQuery = z.strictObject({ key: recordingKey });

export const access = z.object({
  by: z.enum(['sign-in', 'operator-key']),
  name: z.string().optional().describe('Of who signed in.'),
  notes: z.array(z.string()).describe('What an operator has to know before trusting the list.'),
});
