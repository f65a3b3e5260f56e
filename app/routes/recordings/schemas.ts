import * as z from 'zod';
import { STATE_NAMES } from '../../ledger/states';

/** Length of a name, in a search and in a fact. */
const MOST_NAME = 120;
const personName = z
  .string()
  .trim()
  .min(1)
  .max(MOST_NAME, { abort: true })
  .regex(/^\P{C}*$/u);

export const operatorHeaders = z.object({
  authorization: z.string().optional().describe('`Bearer <OPERATOR_KEY>`, if the caller is not signed in.'),
});

const time = z.iso.datetime().describe('UTC.');

const isState = (name: string): name is (typeof STATE_NAMES)[number] =>
  STATE_NAMES.some((state) => state === name);

export const listQuery = z.strictObject({
  after: z
    .string()
    .regex(/^\d{13}~[\w-]{0,64}$/)
    .optional()
    .describe('`next` of the previous page.'),
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
  cause: z.string().optional().describe('The reason, in words.'),
  recording_count: z.int(),
  size: z.int().optional().describe('Size of the newest recording in bytes.'),
  duration_sec: z.number().optional().describe('Duration of the newest recording.'),
  expires_at: time.optional().describe('When the bucket deletes the newest recording. UTC.'),
});

export const list = z.object({
  conversations: z.array(row).describe('Newest first.'),
  next: z.string().optional().describe('`after` for the next page. Absent on the last page.'),
  looked_back_to: time.optional().describe('Older starts were not searched yet. UTC.'),
});

export const oneParams = z.object({
  id: z.string().describe('Id of a conversation or of a start.'),
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
  verification: z.string().describe('Result of the last check, in words.'),
  size: z.int().optional(),
  duration_sec: z.number().optional(),
  encryption: z.string().optional().describe('As seen in the bucket.'),
  key_arn: z.string().optional(),
  checksum: z.string().optional(),
  expires_at: time.optional(),
  expiry_is_computed: z
    .boolean()
    .describe('Computed from the retention at the start, because the bucket did not report it.'),
  versions: z.array(version).describe('Versions seen, newest first.'),
  no_link: z.string().optional().describe('Why it cannot be played. Absent if it may be playable.'),
});

export const one = row.extend({
  meaning: z.string().describe('Meaning of the state.'),
  check: z.string().optional().describe('Check of `recordings doctor` that confirms the cause.'),
  runbook: z.string().optional().describe('Path of the entry in this repository.'),
  consent: z
    .object({
      text_version: z.string(),
      text_sha256: z.string().optional(),
      accepted_at: z.string(),
      locale: z.string().optional(),
      text: z.array(z.string()).optional().describe('Only for texts of `/qa`, current or former.'),
    })
    .optional(),
  recordings: z.array(recording).describe('Oldest first.'),
  facts: z.array(z.object({ at: time, words: z.string() })).describe('In the order of events.'),
});

const recordingKey = z.string().max(500, { abort: true });

export const linkBody = z.strictObject({
  key: recordingKey,
  version_id: z.string().max(1024).optional().describe('A version that was seen. Absent: the last one seen.'),
  page_session: z.uuid().describe('Random; the same for all links of one page load.'),
  viewer: personName
    .optional()
    .describe('Name of the viewer. Required with the operator key, which is shared.'),
  download: z.boolean().optional(),
});

export const link = z.object({
  url: z.string().describe('Fetches the recording without credentials. Never log it.'),
  expires_at: time,
});

export const captionsQuery = z.strictObject({ key: recordingKey });

export const access = z.object({
  by: z.enum(['sign-in', 'operator-key']),
  name: z.string().optional().describe('Name of the signed-in user.'),
  bucket: z
    .enum(['readable', 'unreadable', 'no-access'])
    .describe('`no-access`: the backend is not set up to read the bucket. `unreadable`: its requests fail.'),
  notes: z.array(z.string()).describe('Limits of the list that an operator must know.'),
});
