import { backend } from '../../../app/qa/backend';

const answered = (status: number, type: string): Response =>
  new Response(
    JSON.stringify({ type: `urn:problem-type:tavus-recordings:${type}`, title: 'T', detail: 'D' }),
    {
      status,
      headers: { 'content-type': 'application/problem+json' },
    },
  );

test.each([
  ['start-in-progress', 'unanswered'],
  ['busy', 'refused'],
])(
  'a start with the response 409 %s is %s, so that only a finished start gets a new key',
  async (type, kind) => {
    const fetched = jest.spyOn(globalThis, 'fetch').mockResolvedValue(answered(409, type));
    const answer = await backend.start({ idempotencyKey: 'k', body: {} }, undefined);
    fetched.mockRestore();
    expect(answer.kind).toBe(kind);
  },
);
