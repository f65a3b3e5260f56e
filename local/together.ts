/**
 * Does two things at once. When one fails the other is aborted, and has ended before the error is thrown, so that whatever
 * both use can be stopped.
 */
export async function together<One, Other>(
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
