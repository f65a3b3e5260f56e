import { createServer, type Server } from 'node:http';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { awsClients } from '../../../ops/aws/clients';
import { UsageError } from '../../../ops/usage-error';
import { listen } from '../listen';

/** The SDK takes its credentials from the process. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'fake' };
const DATE = 'Sun, 22 Nov 2026 10:00:00 GMT';
let server: Server;
let endpoint: string;
let asked: (path: string) => void;
const before = { ...process.env };

beforeAll(async () => {
  Object.assign(process.env, CREDENTIALS);
  server = createServer((request, response) => {
    asked(request.url ?? '');
    if (request.url?.startsWith('/refused') === true) {
      response.writeHead(403, { date: DATE }).end();
    }
    // Whatever else is asked for is never answered.
  });
  endpoint = `http://127.0.0.1:${await listen(server)}`;
});
beforeEach(() => {
  asked = () => undefined;
});
afterAll(async () => {
  process.env = before;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('closing the clients aborts pending requests without retries', async () => {
  const aws = awsClients('us-east-1', {}, () => undefined);
  const paths: string[] = [];
  asked = (path) => {
    paths.push(path);
    aws.close();
  };
  await expect(aws.s3At(endpoint).send(new HeadBucketCommand({ Bucket: 'silent' }))).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(paths).toHaveLength(1);
});

test('the Date of a refusal is passed on too', async () => {
  const dates: (string | undefined)[] = [];
  const aws = awsClients('us-east-1', {}, (date) => dates.push(date));
  const pending = aws.s3At(endpoint).send(new HeadBucketCommand({ Bucket: 'refused' }));
  await expect(pending).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  aws.close();
  // With such a clock difference the SDK retries once.
  expect(new Set(dates)).toEqual(new Set([DATE]));
});

test('an unreadable certificate bundle is an error of the command line', () => {
  expect(() => awsClients('us-east-1', { AWS_CA_BUNDLE: '/no/such/file' }, () => undefined)).toThrow(
    new UsageError([
      "AWS_CA_BUNDLE: cannot be read, got /no/such/file (ENOENT). Without it AWS's certificate cannot be verified. " +
        'Give a file that exists, or unset it.',
    ]),
  );
});
