import { LedgerUnavailable } from './store';
import { NoAnswer, type Budget, type RetryPolicy } from './with-retries';

/** Temporary failures of Azure: 408, 429 and 5xx (documented, read 2026-11-28). */
const mayPass = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** The answer to a batch does not show whether it was executed. */
export class UnclearAnswer extends Error {
  override readonly name = 'UnclearAnswer';
}

/** One change of a batch was refused, and so all of them. */
class BatchRefused extends Error {
  override readonly name = 'BatchRefused';
  constructor(readonly statusCode: number) {
    super(`A change of the batch was answered ${statusCode}.`);
  }
}

/**
 * Checks the answers to a batch. The SDK only throws for a refused change when its answer is JSON on one line, and treats
 * an answer without changes as a success.
 *
 * @throws BatchRefused, or UnclearAnswer when not every change is answered
 */
export function checkBatchAnswer(statuses: readonly number[], sent: number): void {
  const refused = statuses.find((status) => status >= 300);
  if (refused !== undefined) throw new BatchRefused(refused);
  if (statuses.length !== sent)
    throw new UnclearAnswer(`Only ${statuses.length} of ${sent} changes were answered.`);
}

/** The HTTP status of a refusal; undefined when no answer came, or a success that cannot be read. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 300 ? statusCode : undefined;
}

/** Whether a request was sent but got no clear answer. Recognises the SDK's error classes by name. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof NoAnswer ||
  error instanceof UnclearAnswer ||
  (error instanceof Error && error.name === 'RestError' && statusOf(error) === undefined);

/** Credential failures are not retried: the next call asks for a token again. */
export const judgeFailure: RetryPolicy = (error) => {
  const status = statusOf(error);
  if (!(status === undefined ? isUnanswered(error) : mayPass(status))) return undefined;
  const seconds = retryAfter(error);
  return seconds === undefined ? {} : { retryAfterMs: seconds * 1_000 };
};

/** Seconds of the answer's Retry-After; Azure sends no dates there. */
function retryAfter(error: unknown): number | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a RestError has it, others have not
  const { response } = error as { response?: { headers: { get(name: string): string | undefined } } };
  const text = response?.headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** Names of the SDK's credential errors. By name, because their classes are in another package. */
const CREDENTIAL_ERRORS = new Set([
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
]);

/** The error for the caller after a final failure. Failures of the table and of the connection become LedgerUnavailable. */
export function failure(error: unknown, { totalMs }: Budget): unknown {
  const isCredential = error instanceof Error && CREDENTIAL_ERRORS.has(error.name);
  if (statusOf(error) === undefined && !isUnanswered(error) && !isCredential) return error;
  const again = judgeFailure(error) === undefined ? '' : ` within ${Math.round(totalMs)} ms`;
  return new LedgerUnavailable(`The ledger's table ${describe(error)}${again}.`, { cause: error });
}

const MOST_MESSAGE = 300;

function describe(error: unknown): string {
  const status = statusOf(error);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (status === 404) return 'does not exist under this name';
  if (status === 401 || status === 403) {
    return `refused the backend's identity (${`${status} ${code}`.trim()}); a new role assignment takes minutes`;
  }
  if (status !== undefined) return `answered ${`${status} ${code}`.trim()}`;
  if (isUnanswered(error)) return `did not answer${code === '' ? '' : ` (${code})`}`;
  const message = error instanceof Error ? error.message : String(error);
  return `was not called, because no token could be obtained: ${message.slice(0, MOST_MESSAGE)}`;
}
