import type { Conversation, LoggedEvent } from '../conversation';
import type { Outbox } from './outbox';

/** Writes an event into the conversation's log and sends it as a callback: the log has it either way. */
export class Journal {
  constructor(private readonly outbox: Outbox) {}

  publish(conversation: Conversation, event: LoggedEvent): void {
    if (!conversation.forgotten) conversation.log.push(event);
    this.outbox.send(conversation, event);
  }

  /** Sends what the vendor would not have logged. */
  sendOnly(conversation: Conversation, event: LoggedEvent): void {
    this.outbox.send(conversation, event);
  }
}
