import type { RequestSender } from '../../app/tavus/exchange';

/** A fake Tavus without network or state: it returns conversation `c<n>` for the n-th create. */
export function fakeTavus(): RequestSender {
  let created = 0;
  const answer = (method: string, path: string): object => {
    if (method === 'POST' && path.endsWith('/conversations')) {
      created += 1;
      return { conversation_id: `c${created}`, conversation_url: `https://tavus.daily.co/c${created}` };
    }
    return { conversation_id: path.split(/[/?]/)[3] ?? '', callback_url: '', data: [], events: [] };
  };
  const request = async ({ method, path }: { method: string; path: string }): Promise<unknown> => {
    const text = JSON.stringify(answer(method, path));
    const headers = { 'content-type': 'application/json', 'content-length': String(text.length) };
    return { statusCode: 200, headers, body: { text: async () => text } };
  };
  const sender: object = { request };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what the client uses is there
  return sender as RequestSender;
}
