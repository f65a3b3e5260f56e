import { CALLBACKS, closeEverything, OFF, open, openBoth, SIGN_IN } from './helpers';
import { paidTavus } from './tavus/paid-tavus';
import { closeRawServers } from './tavus/raw-server';

afterEach(async () => {
  await closeEverything();
  await closeRawServers();
});

const KEYED = { 'idempotency-key': '5d9a3c0e-7d0f-4e52-9d4b-3f0a6d2f8f10' };

describe('a key', () => {
  test('gets the stored outcome, also during a shutdown', async () => {
    const both = await openBoth(OFF);
    const one = await both.start({}, KEYED);
    both.backend.stopTakingWork();
    expect(await both.start({}, KEYED)).toEqual(one);
    expect((await both.post('/tavus/start')).status).toBe(503);
  });

  test('that a shutdown refused can be used again', async () => {
    const tavus = await paidTavus();
    const backend = await open(tavus.apiBaseUrl, OFF);
    backend.backend.stopTakingWork();
    const replies = [
      await backend.post('/tavus/start', {}, KEYED),
      await backend.post('/tavus/start', {}, KEYED),
    ];
    expect(replies.map(({ status }) => status)).toEqual([503, 503]);
    expect(tavus.paid).toEqual([]);
  });

  test.each([
    ['x'.repeat(15), true],
    ['x'.repeat(16), false],
  ])('%s is accepted, with a warning: %s', async (key, isWarned) => {
    const both = await openBoth(OFF);
    const headers = { 'idempotency-key': key };
    expect(await both.start({}, headers)).toEqual(await both.start({}, headers));
    const warnings = both.log.lines().filter(({ msg }) => msg.startsWith('Idempotency-Key with fewer'));
    expect(warnings.map(({ level, length }) => [level, length])).toEqual(isWarned ? [['warn', 15]] : []);
  });

  test('belongs to the signed-in user', async () => {
    const env = { ...OFF, ...CALLBACKS, EASY_AUTH: 'true', START_API_KEY: 'k'.repeat(32) };
    const both = await openBoth(env, SIGN_IN);
    const as = (principal: string) =>
      both.start(
        {},
        { ...KEYED, authorization: `Bearer ${'k'.repeat(32)}`, 'x-ms-client-principal-id': principal },
      );
    const [ann, bob, annAgain] = [await as('ann'), await as('bob'), await as('ann')];
    expect(bob.conversation_id).not.toBe(ann.conversation_id);
    expect(annAgain).toEqual(ann);
  });
});
