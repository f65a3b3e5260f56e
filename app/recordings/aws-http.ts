import type { Proxy } from '../../contract/proxy';

const CONNECT_MS = 3_000;
const ANSWER_MS = 10_000;

/** How requests to AWS are sent, as the SDK's clients take it. Left to themselves they wait for an answer for ever. */
export const awsHttp = (proxy?: Proxy) => ({
  connectionTimeout: CONNECT_MS,
  requestTimeout: ANSWER_MS,
  throwOnRequestTimeout: true,
  httpsAgent: {
    keepAlive: true,
    // Node's own agent goes through it from 22.21 and 24.5 on.
    ...(proxy === undefined ? {} : { proxyEnv: { HTTPS_PROXY: proxy.url, NO_PROXY: proxy.noProxy } }),
  },
});
