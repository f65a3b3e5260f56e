import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { known } from '../../ops/aws/answer';
import { awsClients } from '../../ops/aws/clients';
import { realJobContext } from '../../ops/deploy/job-context';
import { throughProxy } from '../../ops/proxy';
import { UsageError } from '../../ops/usage-error';
import { closeProxies, proxyTo, TLS_HOSTS, tlsTo, type ProxyServer } from '../app/proxy-server';
import { HEALTHY } from './fake-aws';
import { listen } from './listen';
import { cliContext, examine, SETTINGS } from './run';

const [HOST] = TLS_HOSTS;
const before = { ...process.env };
const home = mkdtempSync(path.join(tmpdir(), 'aws-proxy-'));
let aws: Server;
let proxy: ProxyServer;

beforeEach(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'fake' });
  aws = createServer((_request, response) => response.writeHead(403).end());
  proxy = await proxyTo(await tlsTo(await listen(aws)));
});
afterEach(async () => {
  process.env = { ...before };
  await closeProxies();
  aws.closeAllConnections();
  await new Promise((resolve) => aws.close(resolve));
});
afterAll(() => rmSync(home, { recursive: true }));

/** The result of a bucket request to a host that only the proxy resolves. */
async function headBucket(): ReturnType<typeof known> {
  const clients = awsClients('us-east-1', { HTTPS_PROXY: proxy.url }, () => undefined);
  const answer = await known('s3:ListBucket', () =>
    clients.s3At(`https://${HOST}`).send(new HeadBucketCommand({ Bucket: 'one' })),
  );
  clients.close();
  return answer;
}

test('requests to AWS use the proxy', async () => {
  expect(await headBucket()).toEqual({ kind: 'denied', right: 's3:ListBucket' });
  expect(new Set(proxy.asked)).toEqual(new Set([`${HOST}:443`]));
});

test('a proxy that refuses is not bypassed', async () => {
  proxy.act = 407;
  expect(await headBucket()).toMatchObject({ kind: 'unanswered' });
  expect(new Set(proxy.asked)).toEqual(new Set([`${HOST}:443`]));
});

test.each([
  ['ERR_PROXY_TUNNEL', 'the proxy of HTTPS_PROXY does not lead to AWS (ERR_PROXY_TUNNEL)'],
  ['ETIMEDOUT', 'AWS cannot be reached (ETIMEDOUT)'],
])('%s is reported as a sentence, with a fix for a proxy', async (code, reason) => {
  // As Node throws it; the SDK does not recognise Node's errors by Jest's error classes.
  const failing = (): Promise<never> => Promise.reject(Object.assign(new Error('Failed'), { code }));
  expect(await known('s3:ListBucket', failing)).toEqual({
    kind: 'unanswered',
    reason,
    fix: 'Behind a proxy, set HTTPS_PROXY to its address and NO_PROXY to the hosts that are reached directly.',
  });
});

test('requests for the credentials of `aws sso` also use the proxy', async () => {
  const config = path.join(home, 'config');
  writeFileSync(
    config,
    '[profile one]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = r\n' +
      '[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://one.awsapps.com/start\n',
  );
  const cache = path.join(home, '.aws', 'sso', 'cache');
  mkdirSync(cache, { recursive: true });
  const token = { accessToken: 't', expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
  const name = createHash('sha1').update('s').digest('hex');
  writeFileSync(path.join(cache, `${name}.json`), JSON.stringify(token));
  process.env = { ...before, HOME: home, AWS_CONFIG_FILE: config, AWS_PROFILE: 'one' };
  proxy.act = 403;
  const clients = awsClients('us-east-1', { HTTPS_PROXY: proxy.url }, () => undefined);
  // It fails because the proxy refuses.
  await clients.sts.send(new GetCallerIdentityCommand({})).catch(() => undefined);
  clients.close();
  expect(proxy.asked).toContain('portal.sso.us-east-1.amazonaws.com:443');
});

test('the check of the live backend also uses the proxy', async () => {
  const { statusOf } = realJobContext(cliContext({ HTTPS_PROXY: proxy.url }));
  expect(await statusOf(`https://${HOST}/readyz`)).toBe(403);
  expect(await statusOf('https://other.example/readyz')).toBeUndefined();
  expect(proxy.asked).toEqual([`${HOST}:443`, 'other.example:443']);
});

test('the doctor prints its proxy without credentials', async () => {
  proxy.act = 403;
  const { of, stdout, stderr } = await examine(HEALTHY, { ...SETTINGS, HTTPS_PROXY: proxy.url });
  expect(of('proxy')).toMatchObject({ status: 'ok', found: `http://${proxy.host}, of HTTPS_PROXY` });
  expect(of('tavus-key')?.found).toContain(`through the proxy http://${proxy.host} of HTTPS_PROXY`);
  expect(stdout + stderr).not.toContain('planted-');
});

test('an invalid proxy is an error of the command line', async () => {
  await expect(examine(HEALTHY, { ...SETTINGS, HTTPS_PROXY: 'socks5://proxy:1080' })).rejects.toThrow(
    UsageError,
  );
});

test.each(['22.19.0', '24.0.0'])('Node %s bypasses the proxy, so it is refused', (version) => {
  expect(throughProxy({}, version)).toEqual({});
  expect(() => throughProxy({ HTTPS_PROXY: 'proxy:3128' }, version)).toThrow(
    new UsageError([
      `Node.js: cannot reach AWS through a proxy, and HTTPS_PROXY is set, got ${version}. This version bypasses the proxy ` +
        'silently. Install Node 24.5 or later, or 22.21 or later in the 22 line. In a checkout, `npm ci` installs one that npx uses.',
    ]),
  );
});

test.each(['22.21.0', '24.5.0', '26.0.0'])('Node %s goes through the proxy', (version) => {
  expect(throughProxy({ HTTPS_PROXY: 'proxy:3128', NO_PROXY: '.example' }, version)).toEqual({
    proxyEnv: { HTTPS_PROXY: 'http://proxy:3128/', NO_PROXY: 'localhost,127.0.0.1,::1,.example' },
  });
});
