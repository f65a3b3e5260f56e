import { callbackPath } from '../../contract/callback-path';
import { callbackLifeSec, callbackTokens } from '../../app/security/callback-token';
import minted from '../fixtures/b661b70/callback.json';
import { BUCKET, closeEverything, KEY, ON, openBoth, PUBLIC_BASE_URL, TestClock, type Both } from './helpers';

afterEach(closeEverything);

/** A callback address created by commit b661b70, for a call of at most half an hour. */
const { secret, startId, path } = minted;
const AT = Date.parse(minted.at);

/** A minute after it was created; the clocks of the tests differ. */
class LaterClock extends TestClock {
  override now(): number {
    return AT + 60_000;
  }
}

/** This version's backend with an empty ledger, and a conversation at Tavus started by b661b70. */
async function upgraded(secrets = secret): Promise<{ both: Both; id: string }> {
  const both = await openBoth({ ...ON, CALLBACK_SECRETS: secrets }, { clock: new LaterClock() });
  const answer = await fetch(`${both.tavus.simulator.apiBaseUrl}/conversations`, {
    method: 'POST',
    headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ replica_id: 'r_laptop', callback_url: `${PUBLIC_BASE_URL}${path}` }),
  });
  const { conversation_id: id }: { conversation_id: string } = JSON.parse(await answer.text());
  return { both, id };
}

const ready = (id: string): object => ({
  conversation_id: id,
  event_type: 'application.recording_ready',
  timestamp: minted.at,
  properties: { bucket_name: BUCKET, s3_key: `tavus/${id}/${AT}`, duration: 63 },
});

test('a callback of a conversation started by b661b70 is accepted', async () => {
  const { both, id } = await upgraded();
  const reply = await both.post(path, ready(id));
  expect([reply.status, both.log.find('Recording announced')]).toEqual([
    200,
    expect.objectContaining({ conversation_id: id }),
  ]);
});

test('also after a rotation that keeps the old secret', async () => {
  const { both, id } = await upgraded(`a-new-callback-secret-0123456789,${secret}`);
  expect((await both.post(path, ready(id))).status).toBe(200);
});

test.each([
  ['the secret was replaced', 'another-callback-secret-0123456789', undefined],
  ['it is about another conversation', secret, 'c-of-somebody-else'],
])('it is refused when %s', async (_case, secrets, other) => {
  const { both, id } = await upgraded(secrets);
  expect((await both.post(path, ready(other ?? id))).status).toBe(404);
});

test("path and token are the same as b661b70's, with the same expiry", () => {
  const token = callbackTokens([secret])?.make(startId, AT, callbackLifeSec({ maxCallDurationSec: 1800 }));
  expect(callbackPath(startId, token ?? '')).toBe(path);
  const expiredAt = AT + callbackLifeSec({ maxCallDurationSec: 1800 }) * 1000;
  const isOurs = (nowMs: number): boolean | undefined =>
    callbackTokens([secret])?.isOurs(startId, path.split('/').at(-1) ?? '', nowMs);
  expect([isOurs(expiredAt - 1000), isOurs(expiredAt)]).toEqual([true, false]);
});
