import { LedgerUnavailable } from './store';
import { NoAnswer, type Budget, type Judge } from './persist';

/** Azure is busy or ill, and asks to be asked again: 408, 429 and all of its own faults (documented, read 2026-11-28). */
const mayPass = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** An answer to a batch from which nothing follows. */
export class UnclearAnswer extends Error {
  override readonly name = 'UnclearAnswer';
}

/** A batch of which one change was refused, and so all. */
class BatchRefused extends Error {
  override readonly name = 'BatchRefused';
  constructor(readonly statusCode: number) {
    super(`A change of the batch was answered ${statusCode}.`);
  }
}

/**
 * Looks at the answers to a batch. The SDK throws for a refused change only when its answer is JSON on one line, and takes
 * an answer without any change for a success.
 *
 * @throws BatchRefused, or UnclearAnswer when not every change is answered
 */
export function checkBatchAnswer(statuses: readonly number[], sent: number): void {
  const refused = statuses.find((status) => status >= 300);
  if (refused !== undefined) throw new BatchRefused(refused);
  if (statuses.length !== sent)
    throw new UnclearAnswer(`${statuses.length} of ${sent} changes are answered.`);
}

/** The HTTP status of a refusal; undefined: nothing was answered, or a success that cannot be read. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 300 ? statusCode : undefined;
}

/** Sent and not answered, or not in a way that says anything. The SDK's errors of a class are told by their name. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof NoAnswer ||
  error instanceof UnclearAnswer ||
  (error instanceof Error && error.name === 'RestError' && statusOf(error) === undefined);

/** Failures of the credential are not retried: it is asked again with the next call. */
export const judgeFailure: Judge = (error) => {
  const status = statusOf(error);
  if (!(status === undefined ? isUnanswered(error) : mayPass(status))) return undefined;
  const seconds = retryAfter(error);
  return seconds === undefined ? {} : { retryAfterMs: seconds * 1_000 };
};

/** Seconds that the answer asks to wait; Azure sends no dates there. */
function retryAfter(error: unknown): number | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a RestError has it, others have not
  const { response } = error as { response?: { headers: { get(name: string): string | undefined } } };
  const text = response?.headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** The SDK's errors about the credential, by name: they come from another package than they are caught by. */
const CREDENTIAL_ERRORS = new Set([
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
]);

/** What the caller of a call gets that failed for good: as it is, unless it is of the table or of the way to it. */
export function failure(error: unknown, { totalMs }: Budget): unknown {
  const isCredential = error instanceof Error && CREDENTIAL_ERRORS.has(error.name);
  if (statusOf(error) === undefined && !isUnanswered(error) && !isCredential) return error;
  const again = judgeFailure(error) === undefined ? '' : ` within ${Math.round(totalMs)} ms`;
  return new LedgerUnavailable(`The ledger's table ${describe(error)}${again}.`, { cause: error });
}

const MOST_SHOWN = 300;

function describe(error: unknown): string {
  const status = statusOf(error);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (status === 404) return 'does not exist, or not under this name';
  if (status === 401 || status === 403) {
    return `refused the backend's identity (${`${status} ${code}`.trim()}); a new role takes minutes`;
  }
  if (status !== undefined) return `answered ${`${status} ${code}`.trim()}`;
  if (isUnanswered(error)) return `did not answer${code === '' ? '' : ` (${code})`}`;
  const message = error instanceof Error ? error.message : String(error);
  return `was not asked, because there is no token: ${message.slice(0, MOST_SHOWN)}`;
}
