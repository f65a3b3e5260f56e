import { createServer, type IncomingMessage, type Server } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { accountPublicAccess, s3ControlEndpoint } from '../../../ops/doctor/bucket/account-public-access';
import { ACCOUNT, ALL_BLOCKED } from '../fake-aws';
import { listen } from '../listen';

let server: Server;
let port: number;
let requests: IncomingMessage[];
let answer: { status: number; body: string };

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request);
    response.writeHead(answer.status, { 'content-type': 'application/xml' }).end(answer.body);
  });
  port = await listen(server);
});
beforeEach(() => {
  requests = [];
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Sends the request to a local server instead of S3 Control. */
async function asked(status: number, body: string): ReturnType<typeof accountPublicAccess> {
  answer = { status, body };
  const s3 = new S3Client({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake' },
  });
  try {
    return await accountPublicAccess(s3, ACCOUNT);
  } finally {
    s3.destroy();
  }
}

const BODY = `<?xml version="1.0"?><PublicAccessBlockConfiguration xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">
${Object.keys(ALL_BLOCKED)
  .map((name) => `<${name}>true</${name}>`)
  .join('')}</PublicAccessBlockConfiguration>`;
const error = (code: string): string =>
  `<?xml version="1.0"?><ErrorResponse><Error><Code>${code}</Code><Message>m</Message></Error></ErrorResponse>`;

test("requests the account's setting at the documented address of S3 Control, signed for s3", async () => {
  expect(await asked(200, BODY)).toEqual({ kind: 'is', value: ALL_BLOCKED });
  const [request] = requests;
  expect([request?.method, request?.url]).toEqual(['GET', '/v20180820/configuration/publicAccessBlock']);
  expect(request?.headers['x-amz-account-id']).toBe(ACCOUNT);
  expect(request?.headers.authorization).toMatch(
    /\/eu-west-1\/s3\/aws4_request.*SignedHeaders=[^,]*x-amz-account-id/,
  );
  expect(s3ControlEndpoint(ACCOUNT, 'eu-west-1')).toBe(
    `https://${ACCOUNT}.s3-control.eu-west-1.amazonaws.com`,
  );
});

test('an account without the setting has none of the blocks', async () => {
  expect(await asked(404, error('NoSuchPublicAccessBlockConfiguration'))).toEqual({
    kind: 'is',
    value: undefined,
  });
});

test('a refusal names the right', async () => {
  expect(await asked(403, error('AccessDenied'))).toEqual({
    kind: 'denied',
    right: 's3:GetAccountPublicAccessBlock',
  });
});
