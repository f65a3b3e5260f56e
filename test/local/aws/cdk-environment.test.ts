import { delimiter, dirname } from 'node:path';
import { cdkEnvironment } from '../../../local/aws/cdk';

const emulator = {
  endpoint: 'https://localhost:1',
  account: '111122223333',
  region: 'us-east-1',
  runKey: 'a-run-key',
  certificateFile: '/run/certificate.pem',
};
const environment = (inherited: NodeJS.ProcessEnv, platform?: NodeJS.Platform): NodeJS.ProcessEnv =>
  cdkEnvironment(emulator, '/run/cdk-home', inherited, platform);

test("removes variables of the user's AWS account and of the CDK", () => {
  const real = {
    AWS_PROFILE: 'production',
    AWS_SESSION_TOKEN: 'secret',
    AWS_ENDPOINT_URL_S3: 'https://elsewhere',
    AWS_ROLE_ARN: 'arn',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
    aws_default_profile: 'production',
    CDK_DEPLOY_ACCOUNT: '444455556666',
    CDK_CONTEXT_JSON: '{}',
    NODE_OPTIONS: '--inspect',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  };
  expect(environment({ ...real, PATH: '/bin' })).toEqual(environment({ PATH: '/bin' }));
});

test('keeps all other variables', () => {
  expect(environment({ LANG: 'C', MY_AWS_NOTE: 'x' })).toMatchObject({
    LANG: 'C',
    MY_AWS_NOTE: 'x',
  });
});

test('runs the app with the same version of Node', () => {
  expect(environment({ PATH: '/bin' })['PATH']?.split(delimiter)).toEqual([
    dirname(process.execPath),
    '/bin',
  ]);
});

test("replaces the user's account, files and home with the emulator's", () => {
  const real = {
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_REGION: 'eu-west-1',
    AWS_CONFIG_FILE: '/home/me/.aws',
    HOME: '/home/me',
  };
  expect(environment(real, 'linux')).toMatchObject({
    AWS_ENDPOINT_URL: 'https://localhost:1',
    AWS_ACCESS_KEY_ID: '111122223333',
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    CDK_DEFAULT_ACCOUNT: '111122223333',
    NODE_EXTRA_CA_CERTS: '/run/certificate.pem',
    CDK_HOME: '/run/cdk-home',
    HOME: '/run/cdk-home',
  });
});

test('uses the null device of Windows on Windows', () => {
  expect(environment({}, 'win32')).toMatchObject({
    AWS_CONFIG_FILE: 'NUL',
    AWS_SHARED_CREDENTIALS_FILE: 'NUL',
  });
});
