import type { Conversation } from '../conversation';
import { isoMicros } from '../ids';
import type { Switches } from '../switches';

const SENTENCE = 'This sentence makes the transcript of a long call as large as it can be. ';

/**
 * A short transcript. Its system entry holds the whole conversational context, as the vendor's does: whoever
 * logs or stores callbacks leaks it, and should see that here.
 */
export function transcriptOf(conversation: Conversation, switches: Switches): object[] {
  const lines = [
    { role: 'system', content: `You are a friendly replica. ${conversation.context}` },
    { role: 'assistant', content: 'Hello, can you hear me?' },
    { role: 'user', content: 'Yes, I can.' },
  ];
  const missing = switches.transcriptBytes - JSON.stringify(lines).length;
  if (missing > 0) {
    lines.push({ role: 'assistant', content: SENTENCE.repeat(Math.ceil(missing / SENTENCE.length)) });
  }
  if (switches.legacyPayloads) return lines;
  return lines.map((line, index) => {
    const spokenAtMs = conversation.createdAtMs + index * 1_500;
    return {
      ...line,
      timestamp: switches.transcriptTimestamps === 'iso' ? isoMicros(spokenAtMs) : spokenAtMs / 1_000,
      seconds_from_start: index * 1.5,
      duration: 1.25,
      inference_id: `inference-${index}`,
    };
  });
}
