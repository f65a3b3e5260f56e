import * as z from 'zod';

/** Browsers and proxies take 2,000 characters. Parsing a longer address would cost more than its length. */
const MOST_URL = 2000;

/** What we need of the create call's answer; more may be in it. */
export const createdAnswer = z.object({
  conversation_id: z.string().regex(/^[\w.:-]{1,128}$/),
  conversation_url: z
    .string()
    .max(MOST_URL)
    .pipe(z.url({ protocol: /^https?$/ })),
  meeting_token: z.string().min(1).optional(),
});
export type CreatedAnswer = z.output<typeof createdAnswer>;

/** A row of the list of conversations. */
export const listAnswer = z.object({
  data: z.array(
    z.object({
      conversation_id: z.string(),
      conversation_name: z.string().nullish(),
      callback_url: z.string().nullish(),
    }),
  ),
  total_count: z.number().optional(),
});

/** One conversation; `events` when asked for verbosely. */
export const conversationAnswer = z.object({
  conversation_id: z.string(),
  conversation_name: z.string().nullish(),
  callback_url: z.string().nullish(),
  status: z.string().nullish(),
  events: z.array(z.unknown()).nullish(),
});
export type ConversationAnswer = z.output<typeof conversationAnswer>;
