import { deliverByFetch } from './callbacks/deliver';
import { Journal } from './callbacks/journal';
import { Outbox } from './callbacks/outbox';
import type { Clock } from './clock';
import { Conversations } from './conversations';
import type { CreateWorld } from './create/check';
import type { ReceivedRequest } from './http/requests';
import { readOptions, type SimulatorOptions } from './options';
import { Bell } from './room/bell';
import { Lifecycle } from './room/lifecycle';
import { Recorder } from './room/recorder';
import { Sessions } from './room/sessions';

/** Everything one simulator is made of. */
export interface World extends CreateWorld {
  readonly clock: Clock;
  readonly conversations: Conversations;
  readonly lifecycle: Lifecycle;
  readonly recorder: Recorder;
  readonly outbox: Outbox;
  readonly bell: Bell;
  readonly sessions: Sessions;
  readonly requests: ReceivedRequest[];
}

/** Puts the parts together; nothing runs yet. `url` is asked late, because the port is known late. */
export function buildWorld(options: SimulatorOptions, clock: Clock, url: () => string): World {
  const settings = readOptions(options);
  const { switches, recordingSource: source } = settings;
  const { cloud } = options;
  const conversations = new Conversations(clock, switches);
  const outbox = new Outbox(clock, switches, options.deliver ?? deliverByFetch);
  const bell = new Bell();
  const lifecycle: Lifecycle = new Lifecycle({ clock, switches, bell }, new Journal(outbox), () => recorder);
  const recorder = new Recorder(
    { cloud, clock, switches, source },
    {
      delivered: (conversation, recording) => lifecycle.recordingDelivered(conversation, recording),
      copyFailed: (conversation, recording) => lifecycle.copyFailed(conversation, recording),
      told: (conversation) => bell.ring(conversation.id),
    },
  );
  const world = {
    cloud,
    settings,
    clock,
    conversations,
    lifecycle,
    recorder,
    outbox,
    bell,
    requests: [],
    slotsTaken: (apiKey: string) => conversations.slotsTaken(apiKey),
    now: () => clock.now(),
    roomBaseUrl: () => options.roomBaseUrl ?? `${url()}/rooms`,
  };
  return { ...world, sessions: new Sessions(world) };
}
