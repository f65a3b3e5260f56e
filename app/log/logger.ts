import { isNativeError } from 'node:util/types';
import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from '../config';
import { escapeUnseen, foreignTextMask, secretMask, type ForeignMask } from './mask';

export type { Logger };

/** The part of the logger that the backend uses. */
export interface Log extends Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> {
  child(bindings: object, options: { readonly level: string }): Log;
  readonly level: string;
}

/**
 * A log that writes info lines even when LOG_LEVEL is higher. For evidence that exists nowhere else: consents, their
 * conversations and the fate of their recordings.
 */
export const evidence = (log: Log): Log =>
  // A child costs more than its line.
  LETS_INFO_THROUGH.has(log.level) ? log : log.child({}, { level: 'info' });

const LETS_INFO_THROUGH: ReadonlySet<string> = new Set(['trace', 'debug', 'info']);

/** An error as logged: its message masked, with its causes, without the fields that libraries add. */
interface LoggedError {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** Deeper chains add nothing, and a circular chain must end. */
const MOST_CAUSES = 4;

/** An error may repeat its input, which may be long. */
const MOST_MESSAGE = 1000;
/** Such a message and Node's ten frames with long paths. */
const MOST_STACK = 4000;

function loggedError(error: unknown, mask: ForeignMask, depth = 0): LoggedError {
  if (!isNativeError(error)) return { type: typeof error, message: mask(String(error), MOST_MESSAGE) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const stack = error.stack === undefined ? {} : { stack: mask(error.stack, MOST_STACK) };
  const cause =
    error.cause === undefined || depth >= MOST_CAUSES
      ? {}
      : { cause: loggedError(error.cause, mask, depth + 1) };
  return { type: error.name, ...code, message: mask(error.message, MOST_MESSAGE), ...stack, ...cause };
}

/**
 * The log: one JSON object per line, time in epoch milliseconds, severity as a word.
 *
 * Callers never pass secrets. As a second guard, the last step before the stream masks every secret of the configuration
 * and every callback address, and escapes terminal control characters. Bodies are never logged.
 *
 * @param stream receives each line synchronously
 */
export function createLogger(config: Config, stream: DestinationStream): Logger {
  const mask = foreignTextMask(config);
  const maskSecrets = secretMask(config);
  return pino(
    {
      level: config.logLevel,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => loggedError(error, mask) },
      hooks: { streamWrite: (line) => escapeUnseen(maskSecrets(line)) },
    },
    stream,
  );
}
