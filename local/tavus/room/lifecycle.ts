import { palJoined, perception, replicaJoined, shutdown, transcriptionReady } from '../callbacks/events';
import { recordingCopyFailed, recordingReady, unknownEvent, type EndReason } from '../callbacks/events';
import type { Journal } from '../callbacks/journal';
import type { Clock } from '../clock';
import type { Conversation, Recording } from '../conversation';
import { deferred } from '../deferred';
import type { Switches } from '../switches';
import type { Bell } from './bell';
import type { Recorder } from './recorder';

/** The vendor's script: who joins when, what ends a conversation, and what is told in which order. */
export class Lifecycle {
  private readonly timers = new Map<string, (() => void)[]>();
  private readonly lastLeft = new Map<string, () => void>();
  private readonly announcements = new Map<string, Promise<void>[]>();

  constructor(
    private readonly world: { clock: Clock; switches: Switches; bell: Bell },
    private readonly journal: Journal,
    private readonly recorder: () => Recorder,
  ) {}

  /** Billing, the slot and both timers begin at creation, not when somebody joins (documented). */
  created(conversation: Conversation): void {
    if (conversation.testMode) return;
    const { switches } = this.world;
    const { absentSec, maxSec } = conversation.limits;
    this.later(conversation, switches.replicaJoinedMs, () => {
      if (switches.replicaNeverJoins) return;
      conversation.replicaJoined = true;
      this.world.bell.ring(conversation.id);
      this.journal.publish(conversation, replicaJoined(conversation, this.now()));
      if (switches.palJoined) this.journal.publish(conversation, palJoined(conversation, this.now()));
    });
    this.later(conversation, absentSec * 1_000, () => {
      if (!conversation.everJoined) this.end(conversation, 'participant_absent_timeout');
    });
    this.later(conversation, maxSec * 1_000, () => this.end(conversation, 'max_call_duration'));
  }

  joined(conversation: Conversation): void {
    this.lastLeft.get(conversation.id)?.();
  }

  /** Somebody left. When it was the last one, the conversation ends after its timeout, unless they come back. */
  left(conversation: Conversation): void {
    if (conversation.participants.length > 0) return;
    const end = (): void => this.end(conversation, 'participant_left_timeout');
    this.lastLeft.set(conversation.id, this.later(conversation, conversation.limits.leftSec * 1_000, end));
  }

  /** Ends it once; recordings under way are finalised (documented), then the end is told. */
  end(conversation: Conversation, reason: EndReason): void {
    if (conversation.status === 'ended') return;
    const recorder = this.recorder();
    recorder.stop(conversation);
    conversation.status = 'ended';
    conversation.updatedAtMs = this.now();
    conversation.participants.length = 0;
    this.world.bell.ring(conversation.id);
    for (const cancel of this.timers.get(conversation.id) ?? []) cancel();
    this.timers.delete(conversation.id);
    if (!this.world.switches.recordingReadyBeforeShutdown) {
      this.tellEnd(conversation, reason);
      return;
    }
    void recorder
      .settled(conversation.id)
      .then(() => Promise.all(this.announcements.get(conversation.id) ?? []))
      .then(() => this.tellEnd(conversation, reason));
  }

  /** The object is durably written: its callback comes a little later. */
  recordingDelivered(conversation: Conversation, recording: Recording): void {
    const { clock, switches } = this.world;
    const announced = deferred();
    clock.after(switches.recordingReadyMs, () => {
      this.journal.publish(conversation, recordingReady(conversation, recording, this.now(), switches));
      announced.resolve();
    });
    const before = this.announcements.get(conversation.id) ?? [];
    this.announcements.set(conversation.id, [...before, announced.promise]);
  }

  copyFailed(conversation: Conversation, recording: Recording): void {
    this.journal.publish(conversation, recordingCopyFailed(recording, this.now()));
  }

  private tellEnd(conversation: Conversation, reason: EndReason): void {
    const { clock, switches } = this.world;
    this.journal.publish(conversation, shutdown(conversation, reason, this.now(), switches));
    if (switches.unknownEvent) this.journal.sendOnly(conversation, unknownEvent(this.now()));
    clock.after(switches.transcriptionReadyMs, () =>
      this.journal.publish(conversation, transcriptionReady(conversation, this.now(), switches)),
    );
    clock.after(switches.perceptionMs, () =>
      this.journal.publish(conversation, perception(this.now(), switches)),
    );
  }

  private later(conversation: Conversation, ms: number, task: () => void): () => void {
    const cancel = this.world.clock.after(ms, task);
    this.timers.set(conversation.id, [...(this.timers.get(conversation.id) ?? []), cancel]);
    return cancel;
  }

  private now(): number {
    return this.world.clock.now();
  }
}
