import type { Socket } from 'node:net';
import { http, rawServer, type RawServer } from './raw-server';

interface Paid {
  readonly id: string;
  readonly name: string;
  isActive: boolean;
}

/** A fake Tavus that counts billed conversations, even if its responses are lost. */
export interface PaidTavus extends RawServer {
  /** Created conversations, oldest first. */
  readonly paid: readonly Paid[];
  active(): string[];
  /** What happens to the response of an executed create request. @default it is sent */
  onCreate: (socket: Socket, answer: string) => void;
  /** The same for an end request. */
  onEnd: (socket: Socket, answer: string) => void;
  /** Resolves after this number of create requests. */
  untilCreates(count: number): Promise<void>;
  untilEnded(): Promise<void>;
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
};

const send = (socket: Socket, answer: string): void => void socket.end(answer);

export async function paidTavus(): Promise<PaidTavus> {
  const paid: Paid[] = [];
  const raw = await rawServer(({ method, path, body }, socket) => {
    const [, id] = /\/conversations\/(\w+)\/end$/.exec(path) ?? [];
    if (method === 'GET') {
      const data = paid
        .filter(({ isActive }) => isActive)
        .map((one) => ({ conversation_id: one.id, conversation_name: one.name }));
      send(socket, http(200, JSON.stringify({ data, total_count: data.length })));
    } else if (id === undefined) {
      const { conversation_name: name }: { conversation_name: string } = JSON.parse(body);
      const one = { id: `c${paid.length + 1}`, name, isActive: true };
      paid.push(one);
      const url = `https://tavus.daily.co/${one.id}`;
      self.onCreate(
        socket,
        http(200, JSON.stringify({ conversation_id: one.id, conversation_url: url, status: 'active' })),
      );
    } else {
      for (const one of paid) if (one.id === id) one.isActive = false;
      self.onEnd(socket, http(200, ''));
    }
  });
  const active = (): string[] => paid.filter(({ isActive }) => isActive).map(({ id }) => id);
  const self: PaidTavus = Object.assign(raw, {
    paid,
    active,
    onCreate: send,
    onEnd: send,
    untilCreates: (count: number) => until(() => paid.length >= count),
    untilEnded: () => until(() => paid.length > 0 && active().length === 0),
  });
  return self;
}
