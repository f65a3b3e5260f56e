import { isNativeError } from 'node:util/types';
import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from '../config';
import { escapeUnseen, foreignTextMask, secretMask, type ForeignMask } from './mask';

export type { Logger };

/** What the parts need of it. */
export interface Log extends Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> {
  child(bindings: object, options: { readonly level: string }): Log;
  readonly level: string;
}

/**
 * The same log, whatever LOG_LEVEL says: for what exists nowhere else and may have to be shown years later. These are who
 * agreed to what, in which conversation, and what became of its recordings.
 */
export const evidence = (log: Log): Log =>
  // A child costs more than its line.
  LETS_INFO_THROUGH.has(log.level) ? log : log.child({}, { level: 'info' });

const LETS_INFO_THROUGH: ReadonlySet<string> = new Set(['trace', 'debug', 'info']);

/** An error as it may stand in a log: its words masked, its causes with it, none of the fields that libraries add. */
interface LoggedError {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** Deeper chains say nothing new, and a circle must end. */
const MOST_CAUSES = 4;

/** An error may repeat what it was given, and that may be long. */
const MOST_MESSAGE = 1000;
/** Node's ten frames with long paths, below such a message. */
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
 * Nothing secret is passed to it; and should that ever happen, the last step before the stream hides every secret of
 * the configuration and every callback address, wherever they stand. The same step writes out what a terminal would obey.
 * Bodies are never logged.
 *
 * @param stream gets each line at once
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
