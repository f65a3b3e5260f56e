import type { Clock } from '../clock';
import type { Conversation, LoggedEvent } from '../conversation';
import { isoMicros, newConversationId } from '../ids';
import type { Deliver } from '../options';
import type { Switches } from '../switches';

type Payload = Readonly<Record<string, unknown>> & { readonly event_type: string };

/** Sends callbacks, with the disorder that the switches ask for. One conversation's go out one after the other. */
export class Outbox {
  private readonly queues = new Map<string, Promise<void>>();
  private readonly held = new Map<string, { payloads: Payload[]; cancel: () => void }>();

  constructor(
    private readonly clock: Clock,
    private readonly switches: Switches,
    private readonly deliver: Deliver,
  ) {}

  send(conversation: Conversation, event: LoggedEvent): void {
    if (conversation.callbackUrl === '' || this.switches.drop.includes(event.event_type)) return;
    const payload = envelope(conversation, event, this.switches);
    const payloads: Payload[] = this.switches.duplicate ? [payload, payload] : [payload];
    if (this.switches.foreignConversation)
      payloads.push({ ...payload, conversation_id: newConversationId() });
    this.afterDelay(() => {
      if (this.switches.shuffle) this.hold(conversation, payloads);
      else this.post(conversation, payloads);
    });
  }

  /** Resolves when what was handed out so far has been tried once. */
  async idle(): Promise<void> {
    await Promise.all(this.queues.values());
  }

  private afterDelay(task: () => void): void {
    if (this.switches.callbackDelayMs === 0) task();
    else this.clock.after(this.switches.callbackDelayMs, task);
  }

  private hold(conversation: Conversation, payloads: readonly Payload[]): void {
    const before = this.held.get(conversation.id);
    before?.cancel();
    const all = [...(before?.payloads ?? []), ...payloads];
    const cancel = this.clock.after(this.switches.shuffleWindowMs, () => {
      this.held.delete(conversation.id);
      this.post(conversation, all.toReversed());
    });
    this.held.set(conversation.id, { payloads: all, cancel });
  }

  private post(conversation: Conversation, payloads: readonly Payload[]): void {
    for (const payload of payloads) {
      const before = this.queues.get(conversation.id) ?? Promise.resolve();
      this.queues.set(
        conversation.id,
        before.then(() => this.attempt(conversation, payload, 1)),
      );
    }
  }

  private async attempt(conversation: Conversation, payload: Payload, attempt: number): Promise<void> {
    const outcome = await this.deliver(conversation.callbackUrl, JSON.stringify(payload)).catch(
      () => 'no answer' as const,
    );
    const { event_type } = payload;
    conversation.deliveries.push({ event_type, attempt, at: isoMicros(this.clock.now()), outcome });
    const taken = outcome !== 'no answer' && outcome >= 200 && outcome < 300;
    if (taken || attempt > this.switches.retries) return;
    this.clock.after(this.switches.retryMs, () => {
      const before = this.queues.get(conversation.id) ?? Promise.resolve();
      this.queues.set(
        conversation.id,
        before.then(() => this.attempt(conversation, payload, attempt + 1)),
      );
    });
  }
}

function envelope(conversation: Conversation, event: LoggedEvent, switches: Switches): Payload {
  const leaveOut = switches.omitWebhookUrl && event.event_type === 'application.recording_ready';
  return {
    properties: event.properties,
    conversation_id: conversation.id,
    ...(leaveOut ? {} : { webhook_url: conversation.callbackUrl }),
    event_type: event.event_type,
    message_type: event.message_type,
    timestamp: event.timestamp,
  };
}
