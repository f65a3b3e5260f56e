import type { SimulatorClock } from '../simulator-clock';
import type { SimulatedConversation, LoggedEvent } from '../conversation';
import type { FaultConfig } from '../fault-config';
import { isoMicros, newConversationId } from '../ids';
import type { Deliver } from '../options';

type Payload = Readonly<Record<string, unknown>> & { readonly event_type: string };

const DELIVERY_TIMEOUT_MS = 10_000;

/**
 * Posts a callback to the URL exactly as it was given. There is no signature and no secret in the headers,
 * because the vendor sends none (documented for tool calls only). The timeout is an assumption.
 */
export const deliverByFetch: Deliver = async (url, body) => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(DELIVERY_TIMEOUT_MS),
  });
  await answer.body?.cancel();
  return answer.status;
};

/**
 * Logs events and sends them as callbacks, with the disorder that the faults ask for. One conversation's go out one
 * after the other, each once: no retry is documented.
 */
export class Outbox {
  private readonly queues = new Map<string, Promise<void>>();
  private readonly held = new Map<string, { payloads: Payload[]; cancel: () => void }>();

  constructor(
    private readonly clock: SimulatorClock,
    private readonly faults: FaultConfig,
    private readonly deliver: Deliver,
  ) {}

  /** Writes an event into the conversation's log and sends it as a callback: the log has it either way. */
  publish(conversation: SimulatedConversation, event: LoggedEvent): void {
    const isLogged = this.faults.readyLogged || event.event_type !== 'application.recording_ready';
    if (!conversation.forgotten && isLogged) conversation.log.push(event);
    if (conversation.callbackUrl === '' || this.faults.drop.includes(event.event_type)) return;
    const payload = envelope(conversation, event);
    const payloads: Payload[] = this.faults.duplicate ? [payload, payload] : [payload];
    if (this.faults.foreignConversation) payloads.push({ ...payload, conversation_id: newConversationId() });
    this.afterDelay(() => {
      if (this.faults.shuffle) this.hold(conversation, payloads);
      else this.post(conversation, payloads);
    });
  }

  /** Resolves when what was handed out so far has been tried. */
  async idle(): Promise<void> {
    await Promise.all(this.queues.values());
  }

  private afterDelay(task: () => void): void {
    if (this.faults.callbackDelayMs === 0) task();
    else this.clock.after(this.faults.callbackDelayMs, task);
  }

  private hold(conversation: SimulatedConversation, payloads: readonly Payload[]): void {
    const before = this.held.get(conversation.id);
    before?.cancel();
    const all = [...(before?.payloads ?? []), ...payloads];
    const cancel = this.clock.after(this.faults.shuffleWindowMs, () => {
      this.held.delete(conversation.id);
      this.post(conversation, all.toReversed());
    });
    this.held.set(conversation.id, { payloads: all, cancel });
  }

  private post(conversation: SimulatedConversation, payloads: readonly Payload[]): void {
    for (const payload of payloads) {
      const before = this.queues.get(conversation.id) ?? Promise.resolve();
      this.queues.set(
        conversation.id,
        before.then(() => this.attempt(conversation, payload)),
      );
    }
  }

  private async attempt(conversation: SimulatedConversation, payload: Payload): Promise<void> {
    const outcome = await this.deliver(conversation.callbackUrl, JSON.stringify(payload)).catch(
      () => 'no answer' as const,
    );
    const { event_type } = payload;
    conversation.deliveries.push({ event_type, at: isoMicros(this.clock.now()), outcome });
  }
}

function envelope(conversation: SimulatedConversation, event: LoggedEvent): Payload {
  return {
    properties: event.properties,
    conversation_id: conversation.id,
    webhook_url: conversation.callbackUrl,
    event_type: event.event_type,
    message_type: event.message_type,
    timestamp: event.timestamp,
  };
}
