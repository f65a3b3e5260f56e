import { CloudRefusal } from './cloud';

const CLIENT_ERROR = 400;
const SERVER_ERROR = 500;

function statusOf(error: Error): number | undefined {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** An answer of AWS between 300 and 499 as {@link CloudRefusal}; everything else (network, 5xx) as it is. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CloudRefusal) return error;
  const status = statusOf(error);
  if (status === undefined || status < 300 || status >= SERVER_ERROR) return error;
  return new CloudRefusal(error.name, error.message, { cause: error });
}

/** The object or the version is not there, which S3 tells only to those who may read it. */
export function isAbsent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (['NoSuchKey', 'NoSuchVersion', 'NotFound'].includes(error.name)) return true;
  // S3 and emulators name an unknown version differently: "Invalid version id specified".
  return error.name === 'InvalidArgument' && statusOf(error) === CLIENT_ERROR;
}
