/**
 * Runs two functions in parallel. If one fails, aborts the other and waits for its end before it throws, so that the
 * caller can safely stop what both use.
 */
export async function inParallel<One, Other>(
  signal: AbortSignal,
  one: (signal: AbortSignal) => Promise<One>,
  other: (signal: AbortSignal) => Promise<Other>,
): Promise<[One, Other]> {
  const ending = new AbortController();
  const both = AbortSignal.any([signal, ending.signal]);
  const running = [one(both), other(both)] as const;
  try {
    return await Promise.all(running);
  } catch (error) {
    ending.abort(error);
    await Promise.allSettled(running);
    throw error;
  }
}
