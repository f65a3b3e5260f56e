import { inParallel } from '../../local/in-parallel';

const signal = (): AbortSignal => new AbortController().signal;

describe('two functions in parallel', () => {
  test('return both results', async () => {
    expect(
      await inParallel(
        signal(),
        async () => 1,
        async () => 'two',
      ),
    ).toEqual([1, 'two']);
  });

  test('end together: when one fails, the other is aborted and has ended before the error is thrown', async () => {
    const ended: string[] = [];
    const failing = inParallel(
      signal(),
      async () => {
        throw new Error('no AWS');
      },
      (both) =>
        new Promise<void>((_resolve, reject) => {
          both.addEventListener('abort', () =>
            setImmediate(() => {
              ended.push('the other');
              reject(new Error('aborted'));
            }),
          );
        }),
    );
    await expect(failing).rejects.toThrow('no AWS');
    expect(ended).toEqual(['the other']);
  });

  test('are aborted with the run', async () => {
    const run = new AbortController();
    const heard = jest.fn();
    const both = inParallel(
      run.signal,
      async (inner) => inner.addEventListener('abort', heard),
      async () => undefined,
    );
    run.abort();
    await both;
    expect(heard).toHaveBeenCalledTimes(1);
  });
});
