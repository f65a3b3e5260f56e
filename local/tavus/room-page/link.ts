/** An answer of the simulator that is not a success. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'Refused';
  }
}

const RETRY_MS = 300;
const GONE = 410;
const CUT = 503;

interface Question {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly body?: object | ArrayBuffer;
  /** Survives the page, as a farewell must. */
  readonly keepalive?: boolean;
}

/**
 * Requests to the simulator, repeated for as long as the line is cut.
 *
 * Chunks are numbered, so that one whose answer was lost is not written twice. For the rest the simulator
 * cuts the line before it reads anything, so nothing has happened when a request is repeated.
 */
export class Link {
  /** Of this join; without one only a join is answered. */
  token = '';
  private up = true;

  constructor(
    private readonly room: string,
    private readonly onNetwork: (up: boolean) => void,
  ) {}

  /** Answers the body's text. @throws Refused with the simulator's words; 410 when it no longer knows this join. */
  async ask(path: string, question: Question, signal?: AbortSignal): Promise<string> {
    for (;;) {
      signal?.throwIfAborted();
      const reply = await this.once(path, question).catch(() => undefined);
      const cut = reply === undefined || reply.status === CUT;
      this.tell(!cut);
      if (!cut) return readReply(reply);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** One try, for a page that is about to be gone. */
  async once(path: string, { method, body, keepalive = false }: Question): Promise<Response> {
    const bytes = body instanceof ArrayBuffer;
    return fetch(`${this.room}${path}`, {
      method,
      keepalive,
      headers: {
        'content-type': bytes ? 'application/octet-stream' : 'application/json',
        'x-room-token': this.token,
      },
      ...(body === undefined ? {} : { body: bytes ? body : JSON.stringify(body) }),
    });
  }

  private tell(up: boolean): void {
    if (up === this.up) return;
    this.up = up;
    this.onNetwork(up);
  }
}

export function isGone(error: unknown): boolean {
  return error instanceof Refused && error.status === GONE;
}

async function readReply(reply: Response): Promise<string> {
  const text = await reply.text();
  if (reply.ok) return text;
  throw new Refused(reply.status, sentenceIn(text) ?? `Status ${reply.status}`);
}

function sentenceIn(text: string): string | undefined {
  try {
    const { error }: { error?: unknown } = JSON.parse(text);
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}
