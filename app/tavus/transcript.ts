import * as z from 'zod';

const entries = z.array(z.unknown());
const event = z.object({ event_type: z.string(), properties: z.object({ transcript: entries }) });
const answer = z.object({
  conversation_id: z.string(),
  events: z.array(z.unknown()).nullish(),
  transcript: entries.nullish().catch(undefined),
});

/**
 * The transcript in Tavus's answer about a conversation. The documentation has it at the top level; real answers had it
 * only in the event that announced it (observed 2026-11-22).
 *
 * @returns undefined when the answer has no transcript or is about another conversation
 */
export function transcriptIn(body: unknown, conversationId: string): readonly unknown[] | undefined {
  const { data } = answer.safeParse(body);
  if (data?.conversation_id !== conversationId) return undefined;
  const announced = (data.events ?? [])
    .flatMap((one) => event.safeParse(one).data ?? [])
    .findLast(({ event_type: type }) => type === 'application.transcription_ready');
  return announced?.properties.transcript ?? data.transcript ?? undefined;
}
