import * as z from 'zod';

/** Browsers and proxies accept 2,000 characters. The limit keeps parsing cheap. */
const MOST_URL = 2000;

/** The fields that we need of the create call's answer. */
export const createdAnswer = z.object({
  conversation_id: z.string().regex(/^[\w.:-]{1,128}$/),
  conversation_url: z
    .string()
    .max(MOST_URL)
    .pipe(z.url({ protocol: /^https?$/ })),
  meeting_token: z.string().min(1).optional(),
});
export type CreatedAnswer = z.output<typeof createdAnswer>;

/** A page of the list of conversations. */
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

/** One conversation; `events` only with `verbose=true`. */
export const conversationAnswer = z.object({
  conversation_id: z.string(),
  conversation_name: z.string().nullish(),
  callback_url: z.string().nullish(),
  status: z.string().nullish(),
  events: z.array(z.unknown()).nullish(),
});
export type ConversationAnswer = z.output<typeof conversationAnswer>;
