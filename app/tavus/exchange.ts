import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { parseJson } from '../http/json';
import { NotConnected } from './pool';
import { TranscriptFilter } from './transcript-filter';

/** Tavus's answers are a few kilobytes. */
const MOST_BYTES = 1024 * 1024;

/** The log of a long conversation, with transcripts. */
const MOST_LOG_BYTES = 16 * MOST_BYTES;

/** The only method of undici's dispatchers that we use. */
export type RequestSender = Pick<Dispatcher, 'request'>;

/** The outcome of one request. The caller interprets it. */
export type Exchange =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfter: string | undefined;
      /** Parsed JSON; undefined when `unreadable` says why there is none. */
      readonly body: unknown;
      readonly unreadable?: 'empty' | 'html' | 'not-json' | 'too-large' | 'cut';
    }
  /** Provably nothing was sent: there was no connection, or the request was invalid. */
  | { readonly kind: 'not-sent'; readonly reason: 'unconnected' | 'unmade'; readonly error: unknown }
  /** The request may have arrived and may have been executed. */
  | { readonly kind: 'no-answer'; readonly reason: 'timeout' | 'cut'; readonly error: unknown };

export interface ExchangeRequest {
  readonly method: 'DELETE' | 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The answer contains a conversation's log and may be long. */
  readonly isLog?: boolean;
  /** Keeps transcripts in a long log. @default false */
  readonly keepsTranscripts?: boolean;
  /** From now until the whole answer has arrived. */
  readonly timeoutMs: number;
}

/** The library refused to build the request, for example for a line break in a header. */
const isUnmade = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'UND_ERR_INVALID_ARG';

/** Sends one request and reads the whole answer. Never throws for a network or server failure, and never sends twice. */
export async function exchange(sender: RequestSender, request: ExchangeRequest): Promise<Exchange> {
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

/** The whole text. Undefined when it is too long; the connection is then closed. */
async function readText(
  { body, headers }: Dispatcher.ResponseData,
  { isLog = false, keepsTranscripts = false }: ExchangeRequest,
): Promise<string | undefined> {
  // HTTP enforces an announced length; without one we count.
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
