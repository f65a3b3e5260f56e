import { bench, closeAll, RECORDED } from './helpers';

afterEach(closeAll);

test('apiFault 402: refuses every call and creates nothing', async () => {
  const { api, sim } = await bench({ faults: { apiFault: '402' } });
  expect(await api('POST', '/conversations', RECORDED)).toMatchObject({
    status: 402,
    json: { message: 'The user is out of conversational credits' },
  });
  await sim('/faults', { apiFault: 'none' });
  expect((await api('GET', '/conversations')).json['total_count']).toBe(0);
});

test('apiFault html-500: returns 500 with an HTML body', async () => {
  const { api } = await bench({ faults: { apiFault: 'html-500' } });
  const { status, type, text } = await api('GET', '/conversations');
  expect({ status, type }).toEqual({ status: 500, type: 'text/html' });
  expect(text).toMatch(/^<html>/);
});

test('latencyMs: delays the response, but processes the request before', async () => {
  const { api, clock, simulator, sim } = await bench({ faults: { latencyMs: 1_234 } });
  const answer = api('POST', '/conversations', RECORDED);
  await clock.untilWaitingFor(1_234);
  expect((await sim('/requests')).json).toMatchObject({ requests: [{ status: 200 }] });
  await clock.advance(1_234);
  expect((await answer).status).toBe(200);
  await simulator.close();
});

test('/sim/faults changes the given faults, keeps the others, and refuses unknown ones', async () => {
  const { sim } = await bench({ faults: { maxConcurrent: 2 } });
  expect((await sim('/faults', { duplicate: true })).json).toMatchObject({
    duplicate: true,
    maxConcurrent: 2,
  });
  expect((await sim('/faults', { duplicat: false })).status).toBe(400);
  expect((await sim('/faults', { maxConcurrent: -1 })).status).toBe(400);
  expect((await sim('/faults', {})).json).toMatchObject({ duplicate: true, maxConcurrent: 2 });
});

test('an unknown fault is refused at the start', async () => {
  const wrong: object = { duplicat: true };
  await expect(bench({ faults: wrong })).rejects.toThrow('duplicat');
});

test('an internal error of the simulator does not reveal its cause', async () => {
  const { api, cloud, sim } = await bench();
  cloud.getRole = () => Promise.reject(new Error('connect ECONNREFUSED secret-host'));
  const { status, text } = await api('POST', '/conversations', RECORDED);
  expect(status).toBe(500);
  expect(text).not.toContain('secret-host');
  expect((await sim('/requests')).text).not.toContain('secret-host');
});
