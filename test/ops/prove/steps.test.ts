import { exitCode, messageOf, StepRunner, StepStopped, type ProofStep } from '../../../ops/prove/steps';

const idle = new AbortController().signal;
const steps = (signal: AbortSignal = idle): StepRunner => new StepRunner(() => undefined, signal);

/** A step that fails this number of times before it passes. */
function flaky(failures: number, isRepeatable?: true): ProofStep<number> & { runs: number } {
  const step = {
    id: 'one',
    about: 'one',
    expected: 'one',
    runs: 0,
    ...(isRepeatable && { isRepeatable }),
    run: async () => {
      step.runs += 1;
      if (step.runs <= failures) throw new Error(`failure ${step.runs}`);
      return { found: 'found', value: step.runs };
    },
  };
  return step;
}

test.each<[0 | 1 | 2, readonly ('passed' | 'failed' | 'skipped' | 'not-tried')[]]>([
  [0, ['passed', 'skipped', 'passed']],
  [1, ['passed', 'failed']],
  [1, ['not-tried', 'failed']],
  [2, ['passed', 'not-tried', 'skipped']],
])('exits with %i after %j', (code, statuses) => {
  const results = statuses.map((status) => ({
    id: '',
    about: '',
    expected: '',
    found: '',
    seconds: 0,
    status,
  }));
  expect(exitCode(results)).toBe(code);
});

test('a step that starts nothing is retried once', async () => {
  expect(await steps().run(flaky(1, true))).toBe(2);
  const twice = flaky(2, true);
  await expect(steps().run(twice)).rejects.toThrow('failure 2');
  expect(twice.runs).toBe(2);
});

test('a step that may have started something is not repeated', async () => {
  const step = flaky(1);
  await expect(steps().run(step)).rejects.toThrow('failure 1');
  expect(step.runs).toBe(1);
});

test('after an interrupt the running step counts as not tried, regardless of its error, and no other begins', async () => {
  const interrupted = new AbortController();
  const all = steps(interrupted.signal);
  const running = all.run({
    ...flaky(0),
    run: async () => {
      interrupted.abort();
      throw new StepStopped('failed', 'Target page, context or browser has been closed');
    },
  });
  await expect(running).rejects.toThrow('interrupted by a signal');
  const next = flaky(0, true);
  await expect(all.run(next)).rejects.toThrow('interrupted by a signal');
  expect([next.runs, exitCode(all.results)]).toEqual([0, 2]);
});

test('an error is printed with its first line and its cause, because other lines may contain headers', () => {
  const cause = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
  expect(messageOf(new Error('fetch failed', { cause }))).toBe('fetch failed: ECONNREFUSED');
  const driver = new Error(
    '\u001B[2mpage.goto: Timeout\u001B[22m\nCall log:\n  - authorization: Bearer secret',
  );
  expect(messageOf(driver)).toBe('page.goto: Timeout');
});
