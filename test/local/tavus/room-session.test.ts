import { bench, closeAll, RECORDED, type Bench } from './helpers';

afterEach(closeAll);

interface Joined {
  readonly id: string;
  readonly ask: (method: string, path: string, body?: object | Buffer, token?: string) => Promise<Reply>;
  readonly start: () => Promise<void>;
}
interface Reply {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

/** Joins as the room's page does. */
async function joined(self: Bench, body: object = RECORDED): Promise<Joined> {
  const id = await self.create(body);
  let ownToken = '';
  const ask: Joined['ask'] = async (method, path, sent, token = ownToken) => {
    const payload =
      sent === undefined
        ? {}
        : { body: sent instanceof Buffer ? new Uint8Array(sent) : JSON.stringify(sent) };
    const url = `${self.simulator.url}/rooms/${id}${path}`;
    const reply = await fetch(url, { method, headers: { 'x-room-token': token }, ...payload });
    return { status: reply.status, json: JSON.parse(await reply.text()) };
  };
  ownToken = String((await ask('POST', '/join', { user_name: 'Ann', media: true })).json['room_token']);
  const start = async (): Promise<void> => void (await ask('POST', '/recordings', { instance_id: 'i1' }));
  return { id, ask, start };
}

const chunk = (number: number): string => `/recordings/i1/chunks/${number}`;

test('writes the chunks in order, each once, and without padding', async () => {
  const self = await bench();
  const { ask, id, start } = await joined(self);
  await start();
  for (const [number, text] of [
    [0, 'one '],
    [1, 'two '],
    [1, 'two '],
    [2, 'three'],
  ] as const) {
    expect((await ask('PUT', chunk(number), Buffer.from(text))).status).toBe(200);
  }
  expect((await ask('POST', '/recordings/i1/end', { chunks: 3 })).status).toBe(200);
  await ask('POST', '/recordings/stop', { instance_id: 'i1' });
  await self.simulator.settled(id);
  const { recordings } = await self.room(id);
  expect(self.cloud.objects.get(recordings[0]?.key ?? '')?.body.toString()).toBe('one two three');
});

test.each([
  ['a chunk with a missing predecessor', 'PUT', chunk(1), Buffer.from('x')],
  ['a chunk of a recording that was not started', 'PUT', '/recordings/i2/chunks/0', Buffer.from('x')],
  ['an end with more chunks than were received', 'POST', '/recordings/i1/end', { chunks: 1 }],
])('refuses %s', async (_name, method, path, body) => {
  const self = await bench();
  const { ask, start } = await joined(self);
  await start();
  expect((await ask(method, path, body)).status).toBe(409);
});

test.each([
  ['POST', '/leave'],
  ['GET', '/news?after=0'],
  ['POST', '/recordings'],
  ['POST', '/recordings/stop'],
  ['PUT', chunk(0)],
])('%s %s requires the token of a join in this room', async (method, path) => {
  const self = await bench();
  const { ask } = await joined(self);
  const other = await joined(self);
  expect((await ask(method, path, undefined, 'guessed')).status).toBe(410);
  const { json } = await other.ask('POST', '/join', { media: true });
  expect((await ask(method, path, undefined, String(json['room_token']))).status).toBe(410);
});

test('a browser without heartbeat is removed; its recording ends with the room', async () => {
  const self = await bench();
  const { ask, id, start } = await joined(self);
  await start();
  await ask('PUT', chunk(0), Buffer.from('all there is'));
  await self.clock.advance(9_000);
  expect((await self.room(id)).participants).toHaveLength(1);
  await self.clock.advance(1_000);
  expect(await self.room(id)).toMatchObject({
    status: 'active',
    participants: [],
    recordings: [{ state: 'recording' }],
  });
  await self.clock.advance(60_000);
  await self.simulator.settled(id);
  expect(await self.room(id)).toMatchObject({
    status: 'ended',
    recordings: [{ state: 'delivered', bytes: 12 }],
  });
});

test('a second start of a running instance is refused, and the first continues', async () => {
  const self = await bench();
  const { ask, id, start } = await joined(self);
  await start();
  await ask('PUT', chunk(0), Buffer.from('one '));
  await start();
  await ask('PUT', chunk(1), Buffer.from('two'));
  await ask('POST', '/recordings/i1/end', { chunks: 2 });
  await ask('POST', '/recordings/stop', {});
  await self.simulator.settled(id);
  const { events } = await self.room(id);
  expect(events.map(({ action }) => action)).toEqual([
    'recording-started',
    'recording-error',
    'recording-stopped',
  ]);
  expect([...self.cloud.objects.values()].map(({ body }) => body.toString())).toEqual(['one two']);
});

test('after the end of the room the browser may send chunks for five seconds', async () => {
  const self = await bench();
  const { ask, id, start } = await joined(self);
  await start();
  await ask('PUT', chunk(0), Buffer.from('early '));
  await self.api('POST', `/conversations/${id}/end`);
  await ask('PUT', chunk(1), Buffer.from('late'));
  await self.clock.advance(5_000);
  expect((await ask('PUT', chunk(2), Buffer.from('too late'))).status).toBe(409);
  await self.simulator.settled(id);
  expect(await self.room(id)).toMatchObject({ recordings: [{ state: 'delivered', bytes: 10 }] });
});

test('a poll for news waits for a change', async () => {
  const self = await bench();
  const { ask, id } = await joined(self);
  const { json } = await ask('GET', '/news?after=-1');
  const next = ask('GET', `/news?after=${String(json['number'])}`);
  await self.clock.untilWaitingFor(5_000);
  await self.sim(`/rooms/${id}/join`, { participant_id: 'p2', user_name: 'Bob' });
  expect((await next).json).toMatchObject({ participants: [{ user_name: 'Ann' }, { user_name: 'Bob' }] });
});

test('the Content-Security-Policy allows only pages of this computer to embed the room', async () => {
  const self = await bench();
  const id = await self.create();
  const page = await fetch(`${self.simulator.url}/rooms/${id}`);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
  expect(policy).toContain("frame-ancestors 'self' http://localhost:* http://127.0.0.1:*");
  expect(policy).not.toContain('unsafe');
  expect(await page.text()).not.toMatch(/<script>|<style|style=|onclick=/);
  expect((await fetch(`${self.simulator.url}/rooms/c1`)).status).toBe(404);
});
