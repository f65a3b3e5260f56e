import { factsOf } from '../../../../app/ledger/facts';
import { LedgerUnavailable } from '../../../../app/ledger/store';
import { CALLBACKS, closeEverything, ON, SIGN_IN, type HttpReply } from '../../helpers';
import {
  AS_OPERATOR,
  keyOf,
  openOperated,
  OPERATED,
  seed,
  seen,
  type OpenedWithLedger,
  type SeededStart,
} from './opened';

afterEach(closeEverything);

const START: SeededStart = { startId: 'a'.repeat(32), conversation: 'c1', at: Date.UTC(2026, 5, 1, 9) };
const KEY = keyOf(START);
const SESSION = '66666666-7777-4888-9999-000000000000';
const OTHER_SESSION = '11111111-7777-4888-9999-000000000000';

const ask = (
  backend: OpenedWithLedger,
  body: object = {},
  headers: Readonly<Record<string, string>> = AS_OPERATOR,
): Promise<HttpReply> =>
  backend.post(
    '/recordings/api/conversations/c1/link',
    { key: KEY, page_session: SESSION, viewer: 'Ada', ...body },
    headers,
  );

/** A backend whose recording was seen as `v1`, and exists. */
async function landed(start: Partial<SeededStart> = {}, env = OPERATED): Promise<OpenedWithLedger> {
  const backend = await openOperated(env);
  backend.bucket.put(KEY, Buffer.from('clip'), { versionId: 'v1' });
  await seed(backend.ledger, { ...START, facts: [seen(START, 'v1')], ...start });
  return backend;
}
const viewsIn = async ({ ledger }: OpenedWithLedger) => {
  const facts = await ledger.facts(START.startId);
  return factsOf(facts, 'viewed').map((view) => ({
    ...view,
    person: factsOf(facts, 'person').find(({ of }) => of === `viewed:${view.id}`),
  }));
};
const typeOf = ({ json }: HttpReply): string => String(json['type']).replace(/^.*:/, '');

test('is for the seen version, not for a later one', async () => {
  const backend = await landed();
  backend.bucket.put(KEY, Buffer.from('another object'), { versionId: 'v2' });
  const { json } = await ask(backend);
  expect(json).toEqual({
    url: `https://bucket.example/${KEY}?versionId=v1`,
    expires_at: new Date(backend.clock.now() + 15 * 60_000).toISOString(),
  });
});

test('a download has a file name', async () => {
  const { json } = await ask(await landed(), { download: true });
  expect(new URL(String(json['url'])).searchParams.get('fileName')).toBe('c1-2026-06-01T09-00-05Z.mp4');
});

test('an earlier version can be requested if it was seen', async () => {
  const later = { ...seen(START, 'v2'), at: START.at + 90_000 };
  const backend = await landed({ facts: [seen(START, 'v1'), later] });
  backend.bucket.put(KEY, Buffer.from('more'), { versionId: 'v2' });
  backend.bucket.put(KEY, Buffer.from('unseen'), { versionId: 'v3' });
  const versionOf = async (version_id: string | undefined) =>
    new URL(String((await ask(backend, { version_id })).json['url'])).searchParams.get('versionId');
  expect([await versionOf(undefined), await versionOf('v1')]).toEqual(['v2', 'v1']);
  expect((await ask(backend, { version_id: 'v3' })).status).toBe(404);
});

describe('the viewer is recorded in the ledger', () => {
  test('once for each load of the page, regardless of renewed links', async () => {
    const backend = await landed();
    for (let times = 0; times < 3; times += 1) await ask(backend);
    await ask(backend, { page_session: OTHER_SESSION, viewer: 'Grace' });
    const views = await viewsIn(backend);
    expect(views).toMatchObject([
      { key: KEY, how: 'played', by: 'operator-key', person: { name: 'Grace' } },
      { key: KEY, how: 'played', by: 'operator-key', person: { name: 'Ada' } },
    ]);
    expect(JSON.stringify(factsOf(await backend.ledger.facts(START.startId), 'viewed'))).not.toContain('Ada');
  });

  test('separately for a download', async () => {
    const backend = await landed();
    await ask(backend);
    await ask(backend, { download: true });
    expect((await viewsIn(backend)).map(({ how }) => how).toSorted()).toEqual(['downloaded', 'played']);
  });

  test('by the sign-in, regardless of the name in the request', async () => {
    const env = { ...ON, ...CALLBACKS, EASY_AUTH: 'true', RECORDINGS_ACCESS: 'default-chain' };
    const backend = await openOperated(env, SIGN_IN);
    backend.bucket.put(KEY, Buffer.from('clip'), { versionId: 'v1' });
    await seed(backend.ledger, { ...START, facts: [seen(START, 'v1')] });
    const claims = { claims: [{ typ: 'roles', val: 'Recordings.Read' }] };
    await ask(
      backend,
      {},
      {
        'x-ms-client-principal-id': 'someone',
        'x-ms-client-principal-name': 'grace@example.com',
        'x-ms-client-principal': Buffer.from(JSON.stringify(claims)).toString('base64'),
      },
    );
    expect(await viewsIn(backend)).toMatchObject([
      { by: 'sign-in', person: { principal: 'someone', name: 'grace@example.com' } },
    ]);
  });

  test('with the shared key a name is required', async () => {
    const backend = await landed();
    const reply = await ask(backend, { viewer: undefined });
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('body.viewer')]);
    expect(await viewsIn(backend)).toEqual([]);
  });

  test('before the link is created: without the ledger there is no link', async () => {
    const backend = await landed();
    jest.spyOn(backend.ledger.store, 'write').mockRejectedValue(new LedgerUnavailable('away'));
    const reply = await ask(backend);
    expect([reply.status, typeOf(reply), reply.json['url']]).toEqual([503, 'ledger-unavailable', undefined]);
  });
});

describe('is refused', () => {
  const erased = { kind: 'erased', at: START.at + 70_000, step: 'begun' } as const;

  test.each([
    ["in another environment's bucket", { bucket: 'other-recordings' }, OPERATED],
    ['where the backend may not look', {}, { ...OPERATED, RECORDINGS_ACCESS: 'none' }],
    ['after an erasure has begun', { facts: [seen(START, 'v1'), erased] }, OPERATED],
  ])('%s', async (_case, start, env) => {
    const backend = await landed(start, env);
    const reply = await ask(backend);
    expect([reply.status, typeOf(reply)]).toEqual([409, 'no-link']);
    expect(await viewsIn(backend)).toEqual([]);
    expect(backend.bucket.requests).toEqual([]);
  });

  test('to an object that no longer exists', async () => {
    const backend = await landed();
    backend.bucket.remove(KEY, 'v1');
    expect(typeOf(await ask(backend))).toBe('no-link');
    expect(await viewsIn(backend)).toEqual([]);
  });

  test('while the bucket cannot be read, without a statement about the recording', async () => {
    const backend = await landed();
    backend.bucket.deny('denied');
    const reply = await ask(backend);
    expect([reply.status, typeOf(reply)]).toEqual([503, 'bucket-unreadable']);
  });

  test.each([
    ['of another conversation', 'tavus/c2/1780304405000'],
    ['that is not a recording', 'config/secrets.json'],
  ])('to a key %s', async (_case, key) => {
    const backend = await landed();
    backend.bucket.put(key, Buffer.from('x'));
    expect((await ask(backend, { key })).status).toBe(404);
  });

  test.each([{ page_session: 'again' }, { other: 1 }, { viewer: '\u0000' }])('for %j', async (body) => {
    expect((await ask(await landed(), body)).status).toBe(400);
  });
});

test('the address of a recording is never logged', async () => {
  const backend = await landed();
  await ask(backend);
  expect(backend.log.find('Recording viewed')).toMatchObject({ conversation_id: 'c1', by: 'operator-key' });
  expect(backend.log.text).not.toMatch(/bucket\.example|Ada/);
});
