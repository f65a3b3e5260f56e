import type { Dispatcher } from 'undici';

/** Tavus's answers are a few kilobytes; more is read from nobody. */
const MOST_BYTES = 1024 * 1024;

/** The one method of undici's dispatchers that is used. */
export type Sender = Pick<Dispatcher, 'request'>;

/** What came of one request. Only the caller knows what it means. */
export type Exchange =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfter: string | undefined;
      /** Parsed JSON; undefined when `unreadable` says why there is none. */
      readonly body: unknown;
      readonly unreadable?: 'empty' | 'html' | 'not-json' | 'too-large' | 'cut';
    }
  /** Provably nothing left this machine. */
  | { readonly kind: 'not-sent'; readonly error: unknown }
  /** It may have arrived, and may have been carried out. */
  | { readonly kind: 'no-answer'; readonly reason: 'timeout' | 'cut'; readonly error: unknown };

export interface ExchangeRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the first byte sent to the last one read. */
  readonly timeoutMs: number;
}

/** Codes of errors that come before a connection exists. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const TIMEOUTS: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_ABORTED',
  'ABORT_ERR',
]);

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';

/** One request and its whole answer. Never throws for what the other side or the network did, and never sends twice. */
export async function exchange(dispatcher: Sender, request: ExchangeRequest): Promise<Exchange> {
  const { method, path, headers, body, timeoutMs } = request;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  try {
    const answer = await dispatcher.request({
      method,
      path,
      headers,
      body: body ?? null,
      signal: deadline.signal,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    const { 'retry-after': retryAfter, 'content-type': type } = answer.headers;
    const read = await readBody(answer).catch((error: unknown) => ({ error }));
    const head = {
      kind: 'answered',
      status: answer.statusCode,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
    } as const;
    if ('error' in read) return { ...head, body: undefined, unreadable: 'cut' };
    if (read.text === undefined) return { ...head, body: undefined, unreadable: 'too-large' };
    return { ...head, ...parsed(read.text, typeof type === 'string' ? type : '') };
  } catch (error) {
    const code = codeOf(error);
    if (NOT_SENT.has(code)) return { kind: 'not-sent', error };
    const reason = deadline.signal.aborted || TIMEOUTS.has(code) ? 'timeout' : 'cut';
    return { kind: 'no-answer', reason, error };
  } finally {
    clearTimeout(timer);
  }
}

/** The whole text; undefined when there is too much of it, and then the connection is given up. */
async function readBody({
  headers,
  body,
}: Dispatcher.ResponseData): Promise<{ readonly text: string | undefined }> {
  const length = Number(headers['content-length'] ?? Infinity);
  if (length <= MOST_BYTES) return { text: await body.text() };
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early destroys the stream, and with it the connection.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) return { text: undefined };
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8') };
}

type Parsed = Pick<Extract<Exchange, { kind: 'answered' }>, 'body' | 'unreadable'>;

function parsed(text: string, type: string): Parsed {
  if (text.trim() === '') return { body: undefined, unreadable: 'empty' };
  try {
    return { body: JSON.parse(text) };
  } catch {
    return { body: undefined, unreadable: /html/i.test(type) || /^\s*</.test(text) ? 'html' : 'not-json' };
  }
}
