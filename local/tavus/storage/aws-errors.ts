import { CloudRefusal } from './cloud';

const BAD_REQUEST = 400;

function statusOf(error: Error): number | undefined {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** Converts a 3xx or 4xx response of AWS to a {@link CloudRefusal}. Returns other errors (network, 5xx) unchanged. */
export function toRefusal(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CloudRefusal) return error;
  const status = statusOf(error);
  if (status === undefined || status < 300 || status >= 500) return error;
  return new CloudRefusal(error.name, error.message, { cause: error });
}

/** The object or version does not exist. S3 reports that only to callers with read permission. */
export function isAbsent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (['NoSuchKey', 'NoSuchVersion', 'NotFound'].includes(error.name)) return true;
  // S3's error for a version id that it does not know: "Invalid version id specified".
  return error.name === 'InvalidArgument' && statusOf(error) === BAD_REQUEST;
}
