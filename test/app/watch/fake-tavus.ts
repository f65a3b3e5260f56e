import type { RequestSender } from '../../../app/tavus/exchange';

/** An event as Tavus logs it. */
export interface TavusEvent {
  readonly event_type: string;
  readonly timestamp: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface FakeConversation {
  readonly id: string;
  readonly name: string;
  readonly callbackUrl: string;
  isActive: boolean;
  readonly log: TavusEvent[];
}

/** A fake Tavus in memory. The test adds the events in its rooms. */
export class FakeTavus {
  readonly conversations = new Map<string, FakeConversation>();
  /** No request gets a response. */
  isAway = false;
  /** Received requests, as `GET /conversations`. */
  readonly calls: string[] = [];
  /** Called before and after each request is executed; may wait, or never return. */
  before: (call: string) => Promise<void> | void = () => undefined;
  after: (call: string) => Promise<void> | void = () => undefined;
  onCreated: (conversation: FakeConversation) => void = () => undefined;
  onEnded: (conversation: FakeConversation) => void = () => undefined;

  /** Adds a conversation. */
  add(name: string, callbackUrl: string): FakeConversation {
    const id = `c${this.conversations.size + 1}`;
    const conversation = { id, name, callbackUrl, isActive: true, log: [] };
    this.conversations.set(id, conversation);
    return conversation;
  }

  get active(): readonly FakeConversation[] {
    return [...this.conversations.values()].filter(({ isActive }) => isActive);
  }

  get sender(): RequestSender {
    const request = async ({ method, path, body }: { method: string; path: string; body: string }) => {
      const call = `${method} ${path.replace(/^\/v2/, '')}`;
      this.calls.push(call);
      await this.before(call);
      if (this.isAway) throw new Error('The connection was reset.');
      const answer = this.answer(method, path, body);
      await this.after(call);
      const text = JSON.stringify(answer ?? { error: 'Invalid conversation_id' });
      const headers = { 'content-type': 'application/json', 'content-length': String(text.length) };
      return { statusCode: answer === undefined ? 400 : 200, headers, body: { text: async () => text } };
    };
    const sender: object = { request };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what the client uses is there
    return sender as RequestSender;
  }

  private answer(method: string, path: string, body: string): object | undefined {
    const { pathname, searchParams } = new URL(path, 'https://tavus.example');
    const [, , , id, action] = pathname.split('/');
    if (id === undefined) return method === 'POST' ? this.create(body) : this.list(searchParams);
    const conversation = this.conversations.get(id);
    if (conversation === undefined) return undefined;
    if (action === 'end') {
      if (conversation.isActive) {
        conversation.isActive = false;
        this.onEnded(conversation);
      }
      return {};
    }
    return { ...this.row(conversation), events: conversation.log };
  }

  private create(body: string): object {
    const { conversation_name: name, callback_url: callbackUrl = '' }: Record<string, string> =
      JSON.parse(body);
    const conversation = this.add(name ?? '', callbackUrl);
    this.onCreated(conversation);
    return {
      conversation_id: conversation.id,
      conversation_url: `https://tavus.daily.co/${conversation.id}`,
    };
  }

  private list(query: URLSearchParams): object {
    const isActive = query.get('status') === 'active';
    const all = [...this.conversations.values()].filter((one) => one.isActive === isActive).toReversed();
    const page = Number(query.get('page')) - 1;
    const size = Number(query.get('limit'));
    return {
      data: all.slice(page * size, (page + 1) * size).map((one) => this.row(one)),
      total_count: all.length,
    };
  }

  private row({ id, name, callbackUrl, isActive }: FakeConversation): object {
    return {
      conversation_id: id,
      conversation_name: name,
      callback_url: callbackUrl,
      status: isActive ? 'active' : 'ended',
    };
  }
}
