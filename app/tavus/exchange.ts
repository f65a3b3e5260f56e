import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { parseJson } from '../http/json';

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
  /** For the answer's head, and once more for its body. */
  readonly timeoutMs: number;
}

/** Codes of errors that come before a connection exists. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const TIMEOUTS: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT']);

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';

/** One request and its whole answer. Never throws for what the other side or the network did, and never sends twice. */
export async function exchange(sender: Sender, request: ExchangeRequest): Promise<Exchange> {
  const { method, path, headers, body, timeoutMs } = request;
  let answer: Dispatcher.ResponseData;
  try {
    answer = await sender.request({ method, path, headers, body: body ?? null, headersTimeout: timeoutMs });
  } catch (error) {
    const code = codeOf(error);
    if (NOT_SENT.has(code)) return { kind: 'not-sent', error };
    return { kind: 'no-answer', reason: TIMEOUTS.has(code) ? 'timeout' : 'cut', error };
  }
  const { 'retry-after': retryAfter, 'content-type': type } = answer.headers;
  const head = {
    kind: 'answered',
    status: answer.statusCode,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
  } as const;
  try {
    const text = await readText(answer, timeoutMs);
    if (text === undefined) return { ...head, body: undefined, unreadable: 'too-large' };
    return { ...head, ...parsed(text, typeof type === 'string' ? type : '') };
  } catch {
    return { ...head, body: undefined, unreadable: 'cut' };
  }
}

/** The whole text; undefined when there is too much of it, and then the connection is given up. */
async function readText(answer: Dispatcher.ResponseData, timeoutMs: number): Promise<string | undefined> {
  const { body, headers } = answer;
  const timer = setTimeout(() => body.destroy(new Error('The answer took too long.')), timeoutMs);
  try {
    // HTTP itself holds a length that was announced; without one we count.
    const length = Number(headers['content-length'] ?? Infinity);
    return length <= MOST_BYTES ? await body.text() : await readCounting(body);
  } finally {
    clearTimeout(timer);
  }
}

async function readCounting(body: Readable): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early destroys the stream, and with it the connection.
  for await (const chunk of body) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.byteLength;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

type Parsed = Pick<Extract<Exchange, { kind: 'answered' }>, 'body' | 'unreadable'>;

function parsed(text: string, type: string): Parsed {
  if (text.trim() === '') return { body: undefined, unreadable: 'empty' };
  try {
    return { body: parseJson(text) };
  } catch {
    return { body: undefined, unreadable: /html/i.test(type) || /^\s*</.test(text) ? 'html' : 'not-json' };
  }
}
