import { together } from '../../local/together';

const signal = (): AbortSignal => new AbortController().signal;

describe('two things at once', () => {
  test('answer both', async () => {
    expect(
      await together(
        signal(),
        async () => 1,
        async () => 'two',
      ),
    ).toEqual([1, 'two']);
  });

  test('end together: when one fails, the other is aborted and has ended before anybody hears of it', async () => {
    const ended: string[] = [];
    const failing = together(
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

  test('hear when the run is aborted', async () => {
    const run = new AbortController();
    const heard = jest.fn();
    const both = together(
      run.signal,
      async (inner) => inner.addEventListener('abort', heard),
      async () => undefined,
    );
    run.abort();
    await both;
    expect(heard).toHaveBeenCalledTimes(1);
  });
});
