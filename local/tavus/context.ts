import { deliverByFetch, Outbox } from './callbacks/outbox';
import type { SimulatorClock } from './simulator-clock';
import { Conversations } from './conversations';
import type { CreateContext } from './create/check';
import { readOptions, type SimulatorOptions } from './options';
import { RoomChanges } from './room/changes';
import { Lifecycle } from './room/lifecycle';
import { Recorder } from './room/recorder';
import { Sessions } from './room/sessions';

/** One create request and its result. Does not contain the API key. */
export interface ReceivedRequest {
  readonly at: string;
  /** The parsed JSON, or the text if it is not JSON. */
  readonly body: unknown;
  readonly status: number;
  readonly conversation_id?: string;
  /** The cause of a refusal, which the real vendor does not report. */
  readonly sentence?: string;
}

/** The parts of one simulator. */
export interface SimulatorContext extends CreateContext {
  readonly clock: SimulatorClock;
  readonly conversations: Conversations;
  readonly lifecycle: Lifecycle;
  readonly recorder: Recorder;
  readonly outbox: Outbox;
  readonly changes: RoomChanges;
  readonly sessions: Sessions;
  readonly requests: ReceivedRequest[];
}

/** Builds the parts; starts nothing. `url` is a function because the port is known only after the server listens. */
export function buildContext(
  options: SimulatorOptions,
  clock: SimulatorClock,
  url: () => string,
): SimulatorContext {
  const settings = readOptions(options);
  const { faults, recordingSource } = settings;
  const { cloud } = options;
  const conversations = new Conversations();
  const outbox = new Outbox(clock, faults, options.deliver ?? deliverByFetch);
  const changes = new RoomChanges();
  const lifecycle: Lifecycle = new Lifecycle({ clock, faults, changes }, outbox, () => recorder);
  const recorder = new Recorder(
    { cloud, clock, faults, recordingSource },
    {
      delivered: (conversation, recording) => lifecycle.recordingDelivered(conversation, recording),
      copyFailed: (conversation, recording) => lifecycle.copyFailed(conversation, recording),
      roomChanged: (conversation) => changes.announce(conversation.id),
    },
  );
  const context = {
    cloud,
    settings,
    clock,
    conversations,
    lifecycle,
    recorder,
    outbox,
    changes,
    requests: [],
    slotsTaken: (apiKey: string) => conversations.slotsTaken(apiKey),
    now: () => clock.now(),
    roomBaseUrl: () => options.roomBaseUrl ?? `${url()}/rooms`,
  };
  return { ...context, sessions: new Sessions(context) };
}
