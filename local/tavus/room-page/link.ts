/** An answer of the simulator that is not a success. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'HttpError';
  }
}

const GONE = 410;

interface Question {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly body?: object | ArrayBuffer;
  /** Survives the page, as a farewell must. */
  readonly keepalive?: boolean;
}

/** Requests to the simulator. */
export class Link {
  /** Of this join; without one only a join is answered. */
  token = '';

  constructor(private readonly room: string) {}

  /** Answers the body's text. @throws HttpError with the simulator's words; 410 when it no longer knows this join. */
  async ask(path: string, question: Question, signal?: AbortSignal): Promise<string> {
    const reply = await this.send(path, question, signal);
    const text = await reply.text();
    if (reply.ok) return text;
    throw new HttpError(reply.status, sentenceIn(text) ?? `Status ${reply.status}`);
  }

  /** Without a look at the answer, for a page that is about to be gone. */
  send(path: string, { method, body, keepalive = false }: Question, signal?: AbortSignal): Promise<Response> {
    const bytes = body instanceof ArrayBuffer;
    return fetch(`${this.room}${path}`, {
      method,
      keepalive,
      headers: {
        'content-type': bytes ? 'application/octet-stream' : 'application/json',
        'x-room-token': this.token,
      },
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined ? {} : { body: bytes ? body : JSON.stringify(body) }),
    });
  }
}

export function isGone(error: unknown): boolean {
  return error instanceof HttpError && error.status === GONE;
}

function sentenceIn(text: string): string | undefined {
  try {
    const { error }: { error?: unknown } = JSON.parse(text);
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}
