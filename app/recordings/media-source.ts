import type { Bucket } from './bucket';

/** A page that waits longer for it is shown without. */
const PATIENCE_MS = 3_000;

/** So long a bucket that gave no link is not asked again: anybody may open the page. */
const RETRY_MS = 30_000;

const NONE = "'none'";

/**
 * Where a page may fetch videos from, as a source of its Content-Security-Policy: this bucket, and nothing else. Taken from
 * a link, because only the SDK knows how the bucket is addressed.
 *
 * @returns `'none'` while no link can be made; then no video could be fetched either
 */
export function mediaSource(bucket: Bucket | undefined, now: () => number): () => Promise<string> {
  let source: Promise<string> | undefined;
  let retryMs = 0;
  return async () => {
    if (bucket === undefined || (source === undefined && now() < retryMs)) return NONE;
    source ??= sourceOf(bucket);
    try {
      return await source;
    } catch {
      source = undefined;
      retryMs = now() + RETRY_MS;
      return NONE;
    }
  };
}

/** The origin, and the bucket's path where it is not in the host's name. */
async function sourceOf(bucket: Bucket): Promise<string> {
  const { origin, pathname } = new URL((await inTime(bucket.link('x'))).url);
  const folder = pathname.slice(0, -1);
  return folder === '/' ? origin : `${origin}${folder}`;
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('No link in time.')), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
