import { bench, closeAll, RECORDED } from './helpers';

afterEach(closeAll);

test('refuses one conversation too many, counted per key', async () => {
  const { api } = await bench({ switches: { maxConcurrent: 2 } });
  const create = (key?: string): ReturnType<typeof api> => api('POST', '/conversations', RECORDED, key);
  expect([(await create()).status, (await create()).status]).toEqual([200, 200]);
  expect(await create()).toMatchObject({
    status: 400,
    json: { message: 'User has reached maximum concurrent conversations' },
  });
  expect((await create('tvsk_other')).status).toBe(200);
});

test('the refusal can be a 429', async () => {
  const { api } = await bench({ switches: { maxConcurrent: 0, concurrencyStatus: 429 } });
  expect((await api('POST', '/conversations', RECORDED)).status).toBe(429);
});

test('test_mode takes no slot, and needs none', async () => {
  const { create } = await bench({ switches: { maxConcurrent: 1, slotReleaseMs: 5_000 } });
  const inTestMode = { ...RECORDED, test_mode: true };
  await create(inTestMode);
  await create();
  await expect(create(inTestMode)).resolves.toMatch(/^c/);
});

test('an ended conversation gives its slot back, later when asked for', async () => {
  const { api, create, clock, sim } = await bench({ switches: { maxConcurrent: 1 } });
  await api('POST', `/conversations/${await create()}/end`);
  const id = await create();
  await sim('/faults', { slotReleaseMs: 5_000 });
  await api('POST', `/conversations/${id}/end`);
  await clock.advance(4_999);
  expect((await api('POST', '/conversations', RECORDED)).status).toBe(400);
  await clock.advance(1);
  expect((await api('POST', '/conversations', RECORDED)).status).toBe(200);
});
