import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { takeProxies } from '../../local/proxies';

const ROOT = path.resolve(__dirname, '..', '..');

test('removes all proxy variables, in upper and lower case, and no others', () => {
  const proxies = {
    HTTPS_PROXY: 'http://proxy:1',
    http_proxy: 'http://proxy:2',
    All_Proxy: 'http://proxy:3',
    no_proxy: 'example.com',
    grpc_proxy: 'http://proxy:4',
    NODE_USE_ENV_PROXY: '1',
  };
  const env: NodeJS.ProcessEnv = { ...proxies, PATH: '/bin', TRUSTED_PROXIES: '10.0.0.0/8' };
  expect(takeProxies(env)).toEqual(proxies);
  expect(env).toEqual({ PATH: '/bin', TRUSTED_PROXIES: '10.0.0.0/8', NO_PROXY: '*' });
});

test('without proxies the environment stays unchanged', () => {
  const env = { PATH: '/bin' };
  expect([takeProxies(env), env]).toEqual([{}, { PATH: '/bin' }]);
});

// No server listens on port 9, so each request through the proxy fails.
test('afterwards fetch and child processes use no proxy, even with NODE_USE_ENV_PROXY', () => {
  const script = `
    const { takeProxies } = require('./local/proxies.ts');
    const { execFileSync } = require('node:child_process');
    const server = require('node:http').createServer((_, response) => response.end('ours'));
    server.listen(0, '127.0.0.1', async () => {
      const url = 'http://127.0.0.1:' + server.address().port;
      const ask = () => fetch(url).then((answer) => answer.text(), () => 'failed');
      const before = await ask();
      takeProxies();
      const child = execFileSync(process.execPath, ['-p', 'process.env.HTTP_PROXY']).toString().trim();
      console.log([before, await ask(), child].join());
      server.close();
    });`;
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HTTP_PROXY: 'http://127.0.0.1:9', NODE_USE_ENV_PROXY: '1' },
  });
  expect(stdout).toBe('failed,ours,undefined\n');
});
