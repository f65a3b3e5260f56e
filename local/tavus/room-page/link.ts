/** An error response of the simulator. */
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

interface RequestOptions {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly body?: object | ArrayBuffer;
  /** The request continues when the page is closed. */
  readonly keepalive?: boolean;
}

/** Sends requests to the simulator. */
export class Link {
  /** The join's `room_token`. Empty before the join. */
  token = '';

  constructor(private readonly room: string) {}

  /** Returns the response's text. @throws HttpError with the simulator's error text; 410 when the session has ended. */
  async request(path: string, options: RequestOptions, signal?: AbortSignal): Promise<string> {
    const response = await this.send(path, options, signal);
    const text = await response.text();
    if (response.ok) return text;
    throw new HttpError(response.status, errorIn(text) ?? `HTTP ${response.status}`);
  }

  /** Returns the response without checking its status. */
  send(
    path: string,
    { method, body, keepalive = false }: RequestOptions,
    signal?: AbortSignal,
  ): Promise<Response> {
    const isBinary = body instanceof ArrayBuffer;
    return fetch(`${this.room}${path}`, {
      method,
      keepalive,
      headers: {
        'content-type': isBinary ? 'application/octet-stream' : 'application/json',
        'x-room-token': this.token,
      },
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined ? {} : { body: isBinary ? body : JSON.stringify(body) }),
    });
  }
}

export function isGone(error: unknown): boolean {
  return error instanceof HttpError && error.status === GONE;
}

function errorIn(text: string): string | undefined {
  try {
    const { error }: { error?: unknown } = JSON.parse(text);
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}
