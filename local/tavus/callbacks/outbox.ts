import type { SimulatorClock } from '../simulator-clock';
import type { SimulatedConversation, LoggedEvent } from '../conversation';
import type { FaultConfig } from '../fault-config';
import { isoMicros, newConversationId } from '../ids';
import type { Deliver } from '../options';

type Payload = Readonly<Record<string, unknown>> & { readonly event_type: string };

const DELIVERY_TIMEOUT_MS = 10_000;

/**
 * Posts a callback to the URL exactly as given. Adds no signature or secret, because the vendor sends none
 * (documented for tool calls only). The timeout is an assumption.
 */
export const deliverByFetch: Deliver = async (url, body) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(DELIVERY_TIMEOUT_MS),
  });
  await response.body?.cancel();
  return response.status;
};

/**
 * Logs events and sends them as callbacks, with the configured faults. Sends a conversation's callbacks one after
 * the other and without retries: none are documented.
 */
export class Outbox {
  private readonly queues = new Map<string, Promise<void>>();
  private readonly buffers = new Map<string, { payloads: Payload[]; cancel: () => void }>();

  constructor(
    private readonly clock: SimulatorClock,
    private readonly faults: FaultConfig,
    private readonly deliver: Deliver,
  ) {}

  /** Adds an event to the conversation's log and sends it as a callback, unless a fault prevents one of them. */
  publish(conversation: SimulatedConversation, event: LoggedEvent): void {
    const isLogged = this.faults.readyLogged || event.event_type !== 'application.recording_ready';
    if (!conversation.hardDeleted && isLogged) conversation.log.push(event);
    if (conversation.callbackUrl === '' || this.faults.drop.includes(event.event_type)) return;
    const payload = envelope(conversation, event);
    const payloads: Payload[] = this.faults.duplicate ? [payload, payload] : [payload];
    if (this.faults.foreignConversation) payloads.push({ ...payload, conversation_id: newConversationId() });
    this.afterDelay(() => {
      if (this.faults.shuffle) this.buffer(conversation, payloads);
      else this.post(conversation, payloads);
    });
  }

  /** Resolves when all callbacks that are due have been sent, or have failed. */
  async idle(): Promise<void> {
    await Promise.all(this.queues.values());
  }

  private afterDelay(task: () => void): void {
    if (this.faults.callbackDelayMs === 0) task();
    else this.clock.after(this.faults.callbackDelayMs, task);
  }

  private buffer(conversation: SimulatedConversation, payloads: readonly Payload[]): void {
    const buffered = this.buffers.get(conversation.id);
    buffered?.cancel();
    const all = [...(buffered?.payloads ?? []), ...payloads];
    const cancel = this.clock.after(this.faults.shuffleWindowMs, () => {
      this.buffers.delete(conversation.id);
      this.post(conversation, all.toReversed());
    });
    this.buffers.set(conversation.id, { payloads: all, cancel });
  }

  private post(conversation: SimulatedConversation, payloads: readonly Payload[]): void {
    for (const payload of payloads) {
      const previous = this.queues.get(conversation.id) ?? Promise.resolve();
      this.queues.set(
        conversation.id,
        previous.then(() => this.send(conversation, payload)),
      );
    }
  }

  private async send(conversation: SimulatedConversation, payload: Payload): Promise<void> {
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
