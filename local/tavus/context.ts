import { deliverByFetch, Outbox } from './callbacks/outbox';
import type { SimulatorClock } from './simulator-clock';
import { Conversations } from './conversations';
import type { CreateContext } from './create/check';
import { readOptions, type SimulatorOptions } from './options';
import { RoomChanges } from './room/changes';
import { Lifecycle } from './room/lifecycle';
import { Recorder } from './room/recorder';
import { Sessions } from './room/sessions';

/** One create request as it came, and what became of it. The API key is not part of it. */
export interface ReceivedRequest {
  readonly at: string;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
  readonly status: number;
  readonly conversation_id?: string;
  /** The cause in plain words, which the vendor would keep to itself. */
  readonly sentence?: string;
}

/** Everything one simulator is made of. */
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

/** Puts the parts together; nothing runs yet. `url` is asked late, because the port is known late. */
export function buildContext(
  options: SimulatorOptions,
  clock: SimulatorClock,
  url: () => string,
): SimulatorContext {
  const settings = readOptions(options);
  const { faults, recordingSource: source } = settings;
  const { cloud } = options;
  const conversations = new Conversations();
  const outbox = new Outbox(clock, faults, options.deliver ?? deliverByFetch);
  const changes = new RoomChanges();
  const lifecycle: Lifecycle = new Lifecycle({ clock, faults, changes }, outbox, () => recorder);
  const recorder = new Recorder(
    { cloud, clock, faults, source },
    {
      delivered: (conversation, recording) => lifecycle.recordingDelivered(conversation, recording),
      copyFailed: (conversation, recording) => lifecycle.copyFailed(conversation, recording),
      told: (conversation) => changes.announce(conversation.id),
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
