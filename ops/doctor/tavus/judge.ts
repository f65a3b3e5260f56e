import * as z from 'zod';
import { MOST_WORDS, problemOf } from '../../../app/tavus/errors';
import type { Exchange } from '../../../app/tavus/exchange';
import type { OutputMask } from '../../mask';
import { BEHIND_A_PROXY } from '../../proxy';
import { fail, ok, unknown, warn, type CheckOutcome } from '../check-result';

/** Whether the failure is temporary: no answer, a rate limit, or an error of Tavus. */
const isTemporary = (exchange: Exchange): boolean =>
  exchange.kind !== 'answered' || exchange.status === 429 || exchange.status >= 500;

const isKeyRefused = (exchange: Exchange): boolean =>
  exchange.kind === 'answered' && (exchange.status === 401 || exchange.status === 403);

/** Describes an exchange, with Tavus's own message if there is one. */
export function describeExchange(
  exchange: Exchange,
  mask: OutputMask,
): {
  readonly type: ReturnType<typeof problemOf>['parts']['type'];
  readonly found: string;
  readonly fix: string;
} {
  const { type, title, detail, tavus } = problemOf(exchange, mask).parts;
  if (exchange.kind === 'not-sent') {
    const { error } = exchange;
    const why = error instanceof Error ? mask(error.message, MOST_WORDS) : 'no reason given';
    return { type, found: `${title}. ${why}`, fix: BEHIND_A_PROXY };
  }
  const status = tavus?.status === undefined ? '' : `HTTP ${tavus.status}, `;
  return { type, found: `${status}${tavus?.words === undefined ? title : `"${tavus.words}"`}`, fix: detail };
}

export function judgeApiKey(exchange: Exchange, mask: OutputMask): CheckOutcome {
  const expected = 'a key that Tavus accepts';
  if (exchange.kind === 'answered' && exchange.status === 200 && exchange.unreadable === undefined) {
    return ok('accepted', expected);
  }
  const { found, fix } = describeExchange(exchange, mask);
  return isTemporary(exchange) ? unknown(found, expected, fix) : fail(found, expected, fix);
}

/** Fields that users saw (2026-11); the endpoint itself is documented. */
const REPLICA = z.object({
  replica_name: z.string().nullish(),
  status: z.string().nullish(),
  training_progress: z.string().nullish(),
  error_message: z.string().nullish(),
});
const PERSONA = z.object({ persona_name: z.string().nullish(), default_replica_id: z.string().nullish() });
/** Observed both at the top and inside `data`. */
const PERSONA_ANSWER = z.union([z.object({ data: z.tuple([PERSONA], z.unknown()) }), PERSONA]);

/** Outcome when an id was not found or Tavus gave no answer about it. Undefined when found. */
function notFound(
  exchange: Exchange,
  expected: string,
  fix: string,
  mask: OutputMask,
): CheckOutcome | undefined {
  if (isTemporary(exchange)) return unknown(describeExchange(exchange, mask).found, expected);
  if (isKeyRefused(exchange)) return unknown('Tavus refused the key', expected);
  return exchange.kind === 'answered' && exchange.status === 200
    ? undefined
    : fail(describeExchange(exchange, mask).found, expected, fix);
}

/** @param source setting that names the replica */
export function judgeReplica(exchange: Exchange, source: string, mask: OutputMask): CheckOutcome {
  const expected = 'a replica of this Tavus account, trained';
  const fix = `Correct ${source}: it names a replica of this account, and begins with r.`;
  const refused = notFound(exchange, expected, fix, mask);
  if (refused !== undefined) return refused;
  const answer = REPLICA.safeParse(exchange.kind === 'answered' ? exchange.body : undefined);
  if (!answer.success) return unknown('Tavus answered in an unknown form', expected);
  const { status, training_progress: progress, error_message: error } = answer.data;
  if (status === 'completed') return ok('ready', expected);
  if (status === 'training') {
    return fail(
      `still in training${typeof progress === 'string' ? ` (${progress})` : ''}`,
      expected,
      'Wait for its training to end.',
    );
  }
  if (status === 'error') {
    return fail(
      `its training failed${typeof error === 'string' ? `: ${mask(error, MOST_WORDS)}` : ''}`,
      expected,
      fix,
    );
  }
  return warn(`exists, with the status ${status ?? 'nothing'}`, expected, 'Check it on platform.tavus.io.');
}

/** A persona and its default replica. */
export interface FoundPersona {
  readonly outcome: CheckOutcome;
  /** Undefined when it names none. */
  readonly replicaId: string | undefined;
}

export function judgePersona(exchange: Exchange, mask: OutputMask): FoundPersona {
  const expected = 'a persona of this Tavus account';
  const fix = 'Correct TAVUS_PERSONA_ID: it names a persona of this account, and begins with p.';
  const refused = notFound(exchange, expected, fix, mask);
  if (refused !== undefined) return { outcome: refused, replicaId: undefined };
  const answer = PERSONA_ANSWER.safeParse(exchange.kind === 'answered' ? exchange.body : undefined);
  if (!answer.success) {
    const outcome = unknown('Tavus answered in an unknown form', expected);
    return { outcome, replicaId: undefined };
  }
  const persona = 'data' in answer.data ? answer.data.data[0] : answer.data;
  const replicaId = persona.default_replica_id ?? undefined;
  return { outcome: ok('there', expected), replicaId: replicaId === '' ? undefined : replicaId };
}
