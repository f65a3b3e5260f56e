import { cpuMsOfCall, SIZES, slowest } from './cpu-time';
import { SECRET } from './helpers';
import { judgeStart, READERS } from './readers-of-text';

// A busy machine can disturb one measurement; non-linear code fails in each.
jest.retryTimes(2);

/** Maximum cost of hostile text relative to harmless text of the same length. */
const MOST_TIMES_HARMLESS = 5;
/** Maximum cost relative to a quarter of the text. Linear is 4. */
const MOST_GROWTH = 8;

test('this test validates a body as a route does', () => {
  expect(judgeStart({ conversation_name: 'Name', [SECRET]: 1 })).toMatchObject({
    parts: { status: 400, fields: [{ field: 'body', problem: expect.stringContaining('"[hidden]"') }] },
  });
});

test.each(READERS)(
  'the time for hostile text is linear in its length: $name',
  async ({ read: readText, harmless, hostile }) => {
    const [, pilot] = SIZES;
    const worst =
      hostile[
        await slowest(
          readText,
          hostile.map((textOf) => textOf(pilot)),
        )
      ];
    if (worst === undefined) throw new Error('There is no hostile text.');
    let before: number | undefined;
    for (const size of SIZES) {
      const usual = await cpuMsOfCall(readText, harmless(size));
      const cost = await cpuMsOfCall(readText, worst(size));
      const about = { text: worst(24), size, usual, cost, before };
      const isCheap = cost <= MOST_TIMES_HARMLESS * usual;
      const isLinear = before === undefined || cost <= MOST_GROWTH * before;
      expect({ ...about, isCheap, isLinear }).toEqual({ ...about, isCheap: true, isLinear: true });
      before = cost;
    }
  },
  120_000,
);
