import type { SimulatorClock } from '../simulator-clock';
import type { SimulatedConversation, SimulatedRecording } from '../conversation';
import { bucketOf, keyOf, regionOf } from '../create/storage-config';
import { isoMicros, newRecordingId } from '../ids';
import type { SimulatorCloud } from '../storage/cloud';
import type { FaultConfig } from '../fault-config';
import type { ChunkSource } from '../options';
import { runRecording, type RecordingRun } from './recording-run';
import { sourceFeed, type RecordingFeed } from './feed';
import { openDirectSink } from './direct-sink';
import { discardSink, workerSink } from './worker-sink';
import { CopyFailed, isDirect, NotStored, RoleRefused, type Sink, type SinkParts } from './sink';

/** Callbacks to the rest of the simulator. */
export interface RecorderEvents {
  delivered(conversation: SimulatedConversation, recording: SimulatedRecording): void;
  copyFailed(conversation: SimulatedConversation, recording: SimulatedRecording): void;
  /** The room has a new event. */
  roomChanged(conversation: SimulatedConversation): void;
}

/** Starts and stops recordings. A recording never starts by itself. */
export class Recorder {
  private readonly runs = new Map<string, RecordingRun[]>();

  constructor(
    private readonly context: {
      cloud: SimulatorCloud;
      clock: SimulatorClock;
      faults: FaultConfig;
      recordingSource: ChunkSource;
    },
    private readonly events: RecorderEvents,
  ) {}

  /**
   * Does what daily-js's `startRecording()` causes. Has no effect if the conversation does not enable recording
   * (documented). A second start of a running instance is a `recording-error` (assumption).
   *
   * Resolves after the room's event, with `true` if a recording was started, even if it has failed since.
   */
  async start(
    conversation: SimulatedConversation,
    startedBy: string,
    instanceId: string,
    feed: RecordingFeed = sourceFeed(this.context.recordingSource),
  ): Promise<boolean> {
    if (!conversation.recordingEnabled || conversation.testMode || conversation.status === 'ended')
      return false;
    if (this.active(conversation).some((run) => run.recording.instanceId === instanceId)) {
      this.addRoomEvent(conversation, instanceId, { errorMsg: 'recording already started' });
      return false;
    }
    if (this.context.faults.roomRecordingRefused) {
      this.addRoomEvent(conversation, instanceId, { errorMsg: 'not allowed to start a recording' });
      return false;
    }
    const recording = this.newRecording(conversation, instanceId);
    conversation.recordings.push(recording);
    const run = runRecording({
      open: () => this.openSink(conversation, recording),
      feed: conversation.participants.some(({ media }) => media) ? feed : sourceFeed(noChunks),
      onStarted: () => {
        // Stopped before it started: the room has `recording-stopped` already.
        if (recording.stoppedAt !== undefined) return;
        this.addRoomEvent(conversation, instanceId, { recordingId: recording.recordingId, startedBy });
      },
      onDone: (error) => this.conclude(conversation, recording, error),
      recording,
    });
    this.runs.set(conversation.id, [...(this.runs.get(conversation.id) ?? []), run]);
    await run.opened;
    return true;
  }

  /** Stops one instance, or all. The upload completes in the background: see {@link settled}. */
  stop(conversation: SimulatedConversation, instanceId?: string): void {
    for (const run of this.active(conversation)) {
      const { recording } = run;
      if (instanceId !== undefined && recording.instanceId !== instanceId) continue;
      const now = this.context.clock.now();
      recording.stoppedAt = isoMicros(now);
      recording.durationSec = Math.max(1, Math.round((now - recording.startedAtMs) / 1_000));
      conversation.roomEvents.push({
        action: 'recording-stopped',
        at: recording.stoppedAt,
        instanceId: recording.instanceId,
      });
      run.stop();
      this.events.roomChanged(conversation);
    }
  }

  /** Resolves when every recording of the conversation is delivered, failed or discarded. */
  async settled(conversationId: string): Promise<void> {
    for (;;) {
      const runs = this.runs.get(conversationId) ?? [];
      await Promise.all(runs.map((run) => run.done));
      if (runs.length === (this.runs.get(conversationId) ?? []).length) return;
    }
  }

  /** Cancels all running recordings, so that no incomplete upload remains. */
  async cancel(): Promise<void> {
    const runs = [...this.runs.values()].flat();
    for (const run of runs) run.cancel();
    await Promise.all(runs.map((run) => run.done));
  }

  private active(conversation: SimulatedConversation): RecordingRun[] {
    return (this.runs.get(conversation.id) ?? []).filter(
      ({ recording }) => recording.state === 'recording' && recording.stoppedAt === undefined,
    );
  }

  private newRecording(conversation: SimulatedConversation, instanceId: string): SimulatedRecording {
    const { storage } = conversation;
    // Two starts within one millisecond must not share a key.
    const earliest = Math.max(0, ...conversation.recordings.map(({ startedAtMs }) => startedAtMs + 1));
    const startedAtMs = Math.max(this.context.clock.now(), earliest);
    return {
      recordingId: newRecordingId(),
      instanceId,
      provider: storage?.provider ?? 'none',
      bucket: storage === undefined ? '' : bucketOf(storage),
      region: storage === undefined ? '' : regionOf(storage),
      key: keyOf(storage, conversation.id, startedAtMs),
      startedAt: isoMicros(startedAtMs),
      startedAtMs,
      state: 'recording',
      bytes: 0,
      parts: 0,
      durationSec: 0,
    };
  }

  private async openSink(conversation: SimulatedConversation, recording: SimulatedRecording): Promise<Sink> {
    const { cloud, clock, faults } = this.context;
    const { storage } = conversation;
    if (faults.recordingStartMs > 0) {
      await new Promise<void>((resolve) => clock.after(faults.recordingStartMs, resolve));
    }
    const parts: SinkParts = { cloud, clock, faults, conversation, recording };
    if (storage === undefined) return discardSink();
    return storage.provider === 's3' && isDirect(storage, faults)
      ? openDirectSink(parts, storage)
      : workerSink(parts, storage);
  }

  private conclude(conversation: SimulatedConversation, recording: SimulatedRecording, error: unknown): void {
    if (recording.state === 'delivered') this.events.delivered(conversation, recording);
    if (recording.state !== 'failed') return;
    recording.sentence =
      error instanceof NotStored
        ? error.sentence
        : 'The simulator failed or was closed during the recording.';
    if (error instanceof CopyFailed) this.events.copyFailed(conversation, recording);
    else {
      // Daily documents the text for a role that it cannot assume. The other texts are assumptions.
      const errorMsg = error instanceof RoleRefused ? 'Error fetching STS credentials' : 'recording failed';
      this.addRoomEvent(conversation, recording.instanceId, { errorMsg });
    }
  }

  private addRoomEvent(
    conversation: SimulatedConversation,
    instanceId: string,
    fields: { errorMsg: string } | { recordingId: string; startedBy: string },
  ): void {
    const at = isoMicros(this.context.clock.now());
    conversation.roomEvents.push(
      'errorMsg' in fields
        ? { action: 'recording-error', at, instanceId, ...fields }
        : { action: 'recording-started', at, type: 'cloud', instanceId, ...fields },
    );
    this.events.roomChanged(conversation);
  }
}

async function* noChunks(): AsyncGenerator<Uint8Array> {}
