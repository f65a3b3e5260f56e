import { NoAnswer, withRetries, startBudget, type RetryPolicy } from '../../../app/ledger/with-retries';

const again: RetryPolicy = () => ({});
const failing = (): never => {
  throw new Error('busy');
};

/** Advances the timers by this number of milliseconds. */
const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('a success is tried once', async () => {
  const once = jest.fn(async () => 'done');
  const onRetry = jest.fn();
  expect(await withRetries(startBudget(1_000), { once, judge: again, onRetry })).toBe('done');
  expect([once.mock.calls.length, onRetry.mock.calls.length]).toEqual([1, 0]);
});

test('a permanent failure is not retried', async () => {
  const once = jest.fn(failing);
  await expect(withRetries(startBudget(1_000), { once, judge: () => undefined })).rejects.toThrow('busy');
  expect(once).toHaveBeenCalledTimes(1);
});

test('the pauses grow up to one second', async () => {
  const times: number[] = [];
  const once = async (): Promise<never> => {
    times.push(performance.now());
    return failing();
  };
  const ended = withRetries(startBudget(10_000), { once, judge: again }).catch(() => 'ended');
  await pass(10_000);
  expect(await ended).toBe('ended');
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(pauses.length).toBeGreaterThan(10);
  for (const [index, pause] of pauses.entries()) {
    const most = Math.min(1_000, 50 * 2 ** index);
    expect(pause).toBeGreaterThanOrEqual(most / 2);
    expect(pause).toBeLessThanOrEqual(most + 1);
  }
});

test('a first try without a response uses at most a third of the time', async () => {
  const budget = startBudget(3_000);
  const lefts: number[] = [];
  const signals: AbortSignal[] = [];
  const never = (signal: AbortSignal): Promise<never> => {
    lefts.push(budget.leftMs());
    signals.push(signal);
    return new Promise(() => undefined);
  };
  const ended = withRetries(budget, { once: never, judge: again }).catch((error: unknown) => error);
  await pass(3_000);
  expect(await ended).toBeInstanceOf(NoAnswer);
  expect(lefts[1]).toBeGreaterThan(1_900);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});

test('a Retry-After beyond the budget fails at once', async () => {
  const once = jest.fn(failing);
  const judge: RetryPolicy = () => ({ retryAfterMs: 1_000 });
  await expect(withRetries(startBudget(1_000), { once, judge })).rejects.toThrow('busy');
  expect(once).toHaveBeenCalledTimes(1);
});

test('a failed response is reported rather than a later timeout', async () => {
  const once = jest.fn(() => new Promise<never>(() => undefined));
  once.mockRejectedValueOnce(new Error('busy'));
  const ended = withRetries(startBudget(1_000), { once, judge: again }).catch((error: unknown) => error);
  await pass(1_000);
  expect(await ended).toMatchObject({ message: 'busy' });
  expect(once).toHaveBeenCalledTimes(2);
});

test('several calls share one time limit', async () => {
  const budget = startBudget(1_000);
  const slow = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));
  const ended = (async () => {
    for (let done = 0; ; done += 1) {
      const isDone = await withRetries(budget, { once: slow, judge: () => undefined }).then(
        () => true,
        () => false,
      );
      if (!isDone) return done;
    }
  })();
  await pass(1_000);
  // The first try's share of the remaining time: 333, 267, 200, 133 ms.
  expect(await ended).toBe(2);
});
