import { bench, closeAll, RECORDED } from './helpers';

afterEach(closeAll);

test('a private room requires its token', async () => {
  const { api, sim } = await bench();
  const { json } = await api('POST', '/conversations', { ...RECORDED, require_auth: true });
  const join = `/rooms/${String(json['conversation_id'])}/join`;
  const refused = { status: 403, json: { error: 'You are not allowed to join this meeting.' } };
  expect(await sim(join, {})).toMatchObject(refused);
  expect(await sim(join, { token: 'a.b.c' })).toMatchObject(refused);
  expect((await sim(join, { token: json['meeting_token'] })).status).toBe(200);
});

test('the replica counts for max_participants', async () => {
  const { create, sim } = await bench();
  const id = await create({ ...RECORDED, max_participants: 2 });
  expect((await sim(`/rooms/${id}/join`, {})).status).toBe(200);
  expect((await sim(`/rooms/${id}/join`, {})).status).toBe(409);
});

test('a conversation that has ended refuses joins', async () => {
  const { api, create, sim } = await bench();
  const id = await create();
  await api('POST', `/conversations/${id}/end`);
  expect((await sim(`/rooms/${id}/join`, {})).status).toBe(409);
});

test('a room lists its participants', async () => {
  const { create, sim, room } = await bench();
  const id = await create();
  await sim(`/rooms/${id}/join`, { participant_id: 'p1', user_name: 'Ann' });
  expect(await room(id)).toMatchObject({
    status: 'active',
    participants: [{ participant_id: 'p1', user_name: 'Ann', media: true }],
    events: [],
    recordings: [],
  });
});

test('the control routes return 404 for an unknown room, and 400 for an invalid body', async () => {
  const { create, sim } = await bench();
  expect((await sim('/rooms/c1')).status).toBe(404);
  const id = await create();
  expect((await sim(`/rooms/${id}/join`, { nam: 'x' })).status).toBe(400);
});

test('no recording starts by itself, even with auto_start_recording', async () => {
  const { create, sim, room, clock, cloud } = await bench();
  const properties = { ...RECORDED.properties, auto_start_recording: true };
  const id = await create({ ...RECORDED, properties });
  await sim(`/rooms/${id}/join`, {});
  await clock.advance(60_000);
  expect(await room(id)).toMatchObject({ events: [], recordings: [] });
  expect(cloud.uploads.size).toBe(0);
});

test('only a participant can start a recording', async () => {
  const { create, sim } = await bench();
  const id = await create();
  expect((await sim(`/rooms/${id}/recording/start`, {})).status).toBe(409);
  await sim(`/rooms/${id}/join`, { participant_id: 'p1' });
  expect((await sim(`/rooms/${id}/recording/start`, { participant_id: 'p2' })).status).toBe(409);
  expect((await sim(`/rooms/${id}/recording/start`, { participant_id: 'p1' })).status).toBe(200);
});

test('a start has no effect if recording is not enabled', async () => {
  const { create, recordOnce } = await bench();
  const id = await create({ ...RECORDED, properties: { ...RECORDED.properties, enable_recording: false } });
  expect(await recordOnce(id)).toMatchObject({ events: [], recordings: [] });
});

test('the room events contain the instance and who started it', async () => {
  const { create, sim, room, simulator } = await bench();
  const id = await create();
  await sim(`/rooms/${id}/join`, { participant_id: 'p1' });
  await sim(`/rooms/${id}/recording/start`, { instance_id: 'i1' });
  await sim(`/rooms/${id}/recording/stop`, {});
  await simulator.settled(id);
  const { events, recordings } = await room(id);
  const at = expect.any(String);
  expect(events).toEqual([
    {
      action: 'recording-started',
      type: 'cloud',
      recordingId: recordings[0]?.recordingId,
      startedBy: 'p1',
      instanceId: 'i1',
      at,
    },
    { action: 'recording-stopped', instanceId: 'i1', at },
  ]);
});

describe('a room that starts recordings slowly', () => {
  const slow = async () => {
    const it = await bench({ faults: { recordingStartMs: 25_000 } });
    const id = await it.create();
    await it.sim(`/rooms/${id}/join`, {});
    void it.sim(`/rooms/${id}/recording/start`, {});
    await it.clock.advance(24_999);
    const actions = async (): Promise<string[]> => (await it.room(id)).events.map(({ action }) => action);
    return { ...it, id, actions };
  };

  test('reports the start late, and refuses a second start until then', async () => {
    const { sim, id, actions, clock } = await slow();
    await sim(`/rooms/${id}/recording/start`, {});
    expect(await actions()).toEqual(['recording-error']);
    await clock.advance(1);
    expect(await actions()).toEqual(['recording-error', 'recording-started']);
  });

  test('does not report a start that was stopped before', async () => {
    const { sim, id, actions, clock } = await slow();
    await sim(`/rooms/${id}/recording/stop`, {});
    await clock.advance(1);
    expect(await actions()).toEqual(['recording-stopped']);
  });
});

test('a second start of the same instance is an error; another instance is a second recording', async () => {
  const { create, sim, room } = await bench();
  const id = await create();
  await sim(`/rooms/${id}/join`, {});
  for (const instance_id of ['i1', 'i1', 'i2']) await sim(`/rooms/${id}/recording/start`, { instance_id });
  const { events, recordings } = await room(id);
  expect(events.map(({ action, instanceId }) => [action, instanceId])).toEqual([
    ['recording-started', 'i1'],
    ['recording-error', 'i1'],
    ['recording-started', 'i2'],
  ]);
  expect(new Set(recordings.map(({ key }) => key)).size).toBe(2);
  await sim(`/rooms/${id}/recording/stop`, { instance_id: 'i2' });
  expect((await room(id)).events.at(-1)).toMatchObject({ action: 'recording-stopped', instanceId: 'i2' });
});
