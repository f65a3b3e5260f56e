import type { Proxy } from '../../contract/proxy';

const CONNECT_MS = 3_000;
const ANSWER_MS = 10_000;

/** HTTP options of the SDK's clients. By default they would wait for an answer for ever. */
export const awsHttp = (proxy?: Proxy) => ({
  connectionTimeout: CONNECT_MS,
  requestTimeout: ANSWER_MS,
  throwOnRequestTimeout: true,
  httpsAgent: {
    keepAlive: true,
    // Node's own agent supports a proxy since 22.21 and 24.5.
    ...(proxy === undefined ? {} : { proxyEnv: { HTTPS_PROXY: proxy.url, NO_PROXY: proxy.noProxy } }),
  },
});
