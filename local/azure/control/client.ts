import type { Cloud } from '../cloud/cloud';
import { ANSWERS, REFUSAL, type CloudRequest } from './protocol';

/** Client for the cloud in another process. Its errors have the messages of that cloud. */
export function cloudAt(url: string, token: string): Cloud {
  const ask = async (request: CloudRequest): Promise<unknown> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    const body = await response.text();
    const answer: unknown = body === '' ? undefined : JSON.parse(body);
    if (response.ok) return answer;
    throw new Error(REFUSAL.parse(answer).error);
  };
  return {
    put: async (type, inputs) => ANSWERS.put.parse(await ask({ call: 'put', type, inputs })),
    get: async (id) => ANSWERS.get.parse(await ask({ call: 'get', id })),
    remove: async (id) => ANSWERS.remove.parse(await ask({ call: 'remove', id })),
    clientConfig: async () => ANSWERS.clientConfig.parse(await ask({ call: 'clientConfig' })),
  };
}
