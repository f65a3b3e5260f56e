import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { parseJson } from '../http/json';
import { NotConnected } from './pool';
import { TranscriptFilter } from './transcript-filter';

/** Tavus's answers are a few kilobytes; more is read from nobody. */
const MOST_BYTES = 1024 * 1024;

/** The log of a long conversation, transcripts included. */
const MOST_LOG_BYTES = 16 * MOST_BYTES;

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
  /** Provably nothing left this machine: there was no connection, or no request could be made of what was given. */
  | { readonly kind: 'not-sent'; readonly reason: 'unconnected' | 'unmade'; readonly error: unknown }
  /** It may have arrived, and may have been carried out. */
  | { readonly kind: 'no-answer'; readonly reason: 'timeout' | 'cut'; readonly error: unknown };

export interface ExchangeRequest {
  readonly method: 'DELETE' | 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The answer has the log of a conversation: it may be long. */
  readonly isLog?: boolean;
  /** Of a long log. @default they are of no use, and left out */
  readonly keepsTranscripts?: boolean;
  /** From now until the whole answer is there. */
  readonly timeoutMs: number;
}

/** The library refuses to make a request of it, such as of a header's value with a line break. */
const isUnmade = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'UND_ERR_INVALID_ARG';

/** One request and its whole answer. Never throws for what the other side or the network did, and never sends twice. */
export async function exchange(sender: Sender, request: ExchangeRequest): Promise<Exchange> {
  const { method, path, headers, body, timeoutMs } = request;
  const signal = AbortSignal.timeout(timeoutMs);
  let answer: Dispatcher.ResponseData;
  try {
    answer = await sender.request({ method, path, headers, body: body ?? null, signal });
  } catch (error) {
    if (error instanceof NotConnected) return { kind: 'not-sent', reason: 'unconnected', error };
    if (isUnmade(error)) return { kind: 'not-sent', reason: 'unmade', error };
    return { kind: 'no-answer', reason: signal.aborted ? 'timeout' : 'cut', error };
  }
  const { 'retry-after': retryAfter, 'content-type': type } = answer.headers;
  const head = {
    kind: 'answered',
    status: answer.statusCode,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
  } as const;
  try {
    const text = await readText(answer, request);
    if (text === undefined) return { ...head, body: undefined, unreadable: 'too-large' };
    return { ...head, ...parsed(text, typeof type === 'string' ? type : '') };
  } catch {
    return { ...head, body: undefined, unreadable: 'cut' };
  }
}

/** The whole text; undefined when there is too much of it, and then the connection is given up. */
async function readText(
  { body, headers }: Dispatcher.ResponseData,
  { isLog = false, keepsTranscripts = false }: ExchangeRequest,
): Promise<string | undefined> {
  // HTTP itself holds a length that was announced; without one we count.
  const length = Number(headers['content-length'] ?? Infinity);
  if (length <= MOST_BYTES) return body.text();
  if (!isLog) return readCounting(body, MOST_BYTES, (chunk) => chunk);
  if (keepsTranscripts) return readCounting(body, MOST_LOG_BYTES, (chunk) => chunk);
  const filter = new TranscriptFilter();
  return readCounting(body, MOST_LOG_BYTES, (chunk) => filter.push(chunk));
}

async function readCounting(
  body: Readable,
  mostBytes: number,
  keep: (chunk: Buffer) => Buffer,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early destroys the stream, and with it the connection.
  for await (const chunk of body) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.byteLength;
    if (bytes > mostBytes) return undefined;
    chunks.push(keep(buffer));
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
