import { systemClock } from '../../../local/tavus/simulator-clock';
import { bench, closeAll, RECORDED, type Bench } from './helpers';

afterEach(closeAll);

const status = async ({ api }: Bench, id: string): Promise<unknown> =>
  (await api('GET', `/conversations/${id}`)).json['status'];
const reasons = ({ callbacks }: Bench): unknown[] =>
  callbacks.flatMap(({ payload }) => payload.properties['shutdown_reason'] ?? []);
const withLimits = (properties: object): object => ({ ...RECORDED, properties });

test('ends after 300 s if no participant has joined', async () => {
  const it = await bench();
  const id = await it.create(withLimits({}));
  await it.clock.advance(299_999);
  expect(await status(it, id)).toBe('active');
  await it.clock.advance(1);
  expect(await status(it, id)).toBe('ended');
  expect(reasons(it)).toEqual(['participant_absent_timeout reached']);
});

test('by default ends as soon as the last participant leaves', async () => {
  const it = await bench();
  const id = await it.create(withLimits({}));
  await it.sim(`/rooms/${id}/join`, { participant_id: 'one' });
  await it.sim(`/rooms/${id}/join`, { participant_id: 'two' });
  await it.clock.advance(400_000);
  await it.sim(`/rooms/${id}/leave`, { participant_id: 'one' });
  await it.clock.advance(0);
  expect(await status(it, id)).toBe('active');
  await it.sim(`/rooms/${id}/leave`, {});
  await it.clock.advance(0);
  expect(await status(it, id)).toBe('ended');
  expect(reasons(it)).toEqual(['participant_left_timeout reached']);
});

test('a participant who joins in time keeps it open, and the timeout starts again', async () => {
  const it = await bench();
  const id = await it.create(withLimits({ participant_left_timeout: 30 }));
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/leave`, {});
  await it.clock.advance(20_000);
  await it.sim(`/rooms/${id}/join`, {});
  await it.sim(`/rooms/${id}/leave`, {});
  await it.clock.advance(29_999);
  expect(await status(it, id)).toBe('active');
  await it.clock.advance(1);
  expect(await status(it, id)).toBe('ended');
});

test.each([
  ['one hour by default', {}, null, 3_600],
  ['as requested', { max_call_duration: 1_800 }, null, 1_800],
  ['reduced to the plan', { max_call_duration: 1_800 }, 300, 300],
  ['by default reduced to the plan', {}, 300, 300],
])('ends a call at its maximum duration: %s', async (_name, properties, planMaxCallSec, seconds) => {
  const it = await bench({ faults: { planMaxCallSec } });
  const id = await it.create(withLimits(properties));
  await it.sim(`/rooms/${id}/join`, {});
  await it.clock.advance(seconds * 1_000 - 1);
  expect(await status(it, id)).toBe('active');
  await it.clock.advance(1);
  expect(reasons(it)).toEqual(['max_call_duration reached']);
});

test('the end endpoint has its own reason, sends one shutdown, and stops the timers', async () => {
  const it = await bench();
  const id = await it.create();
  await it.api('POST', `/conversations/${id}/end`);
  await it.api('POST', `/conversations/${id}/end`);
  await it.clock.advance(4_000_000);
  expect(reasons(it)).toEqual(['end_conversation_endpoint_hit']);
});

test('a delay longer than the maximum of timers does not fire at once', async () => {
  const clock = systemClock();
  let fired = false;
  clock.after(2 ** 40, () => (fired = true));
  await new Promise((resolve) => setTimeout(resolve, 20));
  clock.stop();
  expect(fired).toBe(false);
});
