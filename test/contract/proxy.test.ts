import { readProxy } from '../../contract/proxy';

test.each([{}, { HTTPS_PROXY: ' ' }, { HTTP_PROXY: 'http://proxy:3128' }])(
  'no proxy for https: %j',
  (env) => {
    expect(readProxy(env)).toEqual({ proxy: undefined, problems: [] });
  },
);

test.each([
  ['http://proxy.example.com:3128', 'http://proxy.example.com:3128'],
  ['proxy.example.com:3128', 'http://proxy.example.com:3128'],
  ['https://proxy.example.com/', 'https://proxy.example.com'],
  ['http://me:pass%40word@10.0.0.1:3128', 'http://10.0.0.1:3128'],
])('%s is a proxy, and its display URL has no credentials', (text, displayUrl) => {
  expect(readProxy({ HTTPS_PROXY: text }).proxy).toMatchObject({
    displayUrl,
    noProxy: 'localhost,127.0.0.1,::1',
  });
});

test('the lower-case names win, and this machine always bypasses the proxy', () => {
  const env = {
    https_proxy: 'http://a:1',
    HTTPS_PROXY: 'http://b:1',
    no_proxy: '.example.com',
    NO_PROXY: '*',
  };
  expect(readProxy(env).proxy).toEqual({
    url: 'http://a:1/',
    displayUrl: 'http://a:1',
    noProxy: 'localhost,127.0.0.1,::1,.example.com',
  });
});

test.each([
  'socks5://proxy:1080',
  'http://me:pass#word@proxy:3128',
  'http://me:100%@proxy:3128',
  'http://proxy:3128/proxy.pac',
  'http://',
])('%s is refused, and the error does not show it', (text) => {
  expect(readProxy({ HTTPS_PROXY: text })).toEqual({
    proxy: undefined,
    problems: [
      'HTTPS_PROXY: is not the address of a proxy such as http://proxy.example.com:3128, got ' +
        `${text.length} characters. Tavus and AWS cannot be reached through it. Correct it, or unset it if no proxy ` +
        'is needed. In a password write @ as %40, # as %23 and % as %25; SOCKS is not supported.',
    ],
  });
});
