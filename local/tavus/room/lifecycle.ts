import {
  perception,
  recordingCopyFailed,
  recordingReady,
  replicaJoined,
  shutdown,
  transcriptionReady,
  type EndReason,
} from '../callbacks/events';
import type { Outbox } from '../callbacks/outbox';
import type { SimulatorClock } from '../simulator-clock';
import type { SimulatedConversation, SimulatedRecording } from '../conversation';
import { deferred } from '../deferred';
import type { FaultConfig } from '../fault-config';
import type { RoomChanges } from './changes';
import type { Recorder } from './recorder';

const TRANSCRIPTION_READY_MS = 1;

/** When the replica joins, when a conversation ends, and which callbacks are sent in which order. */
export class Lifecycle {
  private readonly timers = new Map<string, (() => void)[]>();
  /** Cancels the timeout that runs while the room is empty. */
  private readonly emptyRoom = new Map<string, () => void>();
  private readonly announcements = new Map<string, Promise<void>[]>();

  constructor(
    private readonly context: { clock: SimulatorClock; faults: FaultConfig; changes: RoomChanges },
    private readonly outbox: Outbox,
    private readonly recorder: () => Recorder,
  ) {}

  /** Both timeouts start at the creation, not at the first join (documented). */
  created(conversation: SimulatedConversation): void {
    if (conversation.testMode) return;
    const { faults } = this.context;
    const { absentSec, maxSec } = conversation.limits;
    this.later(conversation, faults.replicaJoinedMs, () => {
      if (faults.replicaNeverJoins) return;
      conversation.replicaJoined = true;
      this.context.changes.announce(conversation.id);
      this.outbox.publish(conversation, replicaJoined(conversation, this.now()));
    });
    this.later(conversation, absentSec * 1_000, () => {
      if (!conversation.everJoined) this.end(conversation, 'participant_absent_timeout');
    });
    this.later(conversation, maxSec * 1_000, () => this.end(conversation, 'max_call_duration'));
  }

  joined(conversation: SimulatedConversation): void {
    this.emptyRoom.get(conversation.id)?.();
  }

  /** When the last participant has left, the conversation ends after its timeout, unless somebody joins. */
  left(conversation: SimulatedConversation): void {
    if (conversation.participants.length > 0) return;
    const end = (): void => this.end(conversation, 'participant_left_timeout');
    this.emptyRoom.set(conversation.id, this.later(conversation, conversation.limits.leftSec * 1_000, end));
  }

  /** Ends the conversation once: stops its recordings (documented), then publishes the end. */
  end(conversation: SimulatedConversation, reason: EndReason): void {
    if (conversation.status === 'ended') return;
    const recorder = this.recorder();
    recorder.stop(conversation);
    conversation.status = 'ended';
    conversation.updatedAtMs = this.now();
    conversation.participants.length = 0;
    this.context.changes.announce(conversation.id);
    for (const cancel of this.timers.get(conversation.id) ?? []) cancel();
    this.timers.delete(conversation.id);
    if (!this.context.faults.recordingReadyBeforeShutdown) {
      this.publishEnd(conversation, reason);
      return;
    }
    void recorder
      .settled(conversation.id)
      .then(() => Promise.all(this.announcements.get(conversation.id) ?? []))
      .then(() => this.publishEnd(conversation, reason));
  }

  /** The upload is complete. Its callback follows after `recordingReadyMs`. */
  recordingDelivered(conversation: SimulatedConversation, recording: SimulatedRecording): void {
    const { clock, faults } = this.context;
    const announced = deferred();
    clock.after(faults.recordingReadyMs, () => {
      this.outbox.publish(conversation, recordingReady(conversation, recording, this.now()));
      announced.resolve();
    });
    const others = this.announcements.get(conversation.id) ?? [];
    this.announcements.set(conversation.id, [...others, announced.promise]);
  }

  copyFailed(conversation: SimulatedConversation, recording: SimulatedRecording): void {
    this.outbox.publish(conversation, recordingCopyFailed(recording, this.now()));
  }

  private publishEnd(conversation: SimulatedConversation, reason: EndReason): void {
    const { clock, faults } = this.context;
    this.outbox.publish(conversation, shutdown(conversation, reason, this.now()));
    clock.after(TRANSCRIPTION_READY_MS, () =>
      this.outbox.publish(conversation, transcriptionReady(conversation, this.now(), faults)),
    );
    clock.after(faults.perceptionMs, () => this.outbox.publish(conversation, perception(this.now())));
  }

  private later(conversation: SimulatedConversation, ms: number, task: () => void): () => void {
    const cancel = this.context.clock.after(ms, task);
    this.timers.set(conversation.id, [...(this.timers.get(conversation.id) ?? []), cancel]);
    return cancel;
  }

  private now(): number {
    return this.context.clock.now();
  }
}
