import type { Bucket } from './bucket';

/** After this time the page is sent without a media source. */
const PATIENCE_MS = 3_000;

/** Pause after a failure, because every visitor can open the page. */
const RETRY_MS = 30_000;

const NONE = "'none'";

/**
 * The source of videos for the page's Content-Security-Policy: this bucket only. Derived from a link, because only the SDK
 * knows the bucket's URL.
 *
 * @returns `'none'` while no link can be made; then videos could not be fetched either
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

/** The origin, with the bucket's path if the host name does not contain the bucket. */
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
