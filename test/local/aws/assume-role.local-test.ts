import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clientOptions } from '../../../local/aws/clients';
import { recordingsStack, trust } from './recordings-template';
import { assume, outcome, OWNER, Stacks, startTestEmulator } from './support';
import type { Assumption, TestEmulator } from './support';

let running: TestEmulator;

beforeAll(async () => {
  running = await startTestEmulator();
  const oneHour = {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName: 'one-hour', AssumeRolePolicyDocument: trust() },
  };
  const [Allow] = trust().Statement;
  const Statement = [Allow, { ...Allow, Effect: 'Deny' }];
  const denied = {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName: 'denied', AssumeRolePolicyDocument: { Version: '2012-10-17', Statement } },
  };
  const resources = { ...recordingsStack(), OneHour: oneHour, Denied: denied };
  await new Stacks(running.emulator).create('recordings', resources);
});
afterAll(() => running.stop());

test("the vendor's account with the right ExternalId gets a session of the role", async () => {
  const session = await assume(running.emulator);
  const sts = new STSClient(clientOptions(running.emulator, session));
  const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
  expect(Arn).toBe(`arn:aws:sts::${OWNER}:assumed-role/tavus/test`);
});

// Each run of the laptop cloud tries account, ExternalId and twelve hours: local/access-tests.ts.
test.each<[string, Assumption, string]>([
  ["the owner's own account", { account: OWNER }, 'AccessDenied'],
  ['an unknown role', { role: 'unknown' }, 'AccessDenied'],
  ['a role whose trust policy also denies it', { role: 'denied' }, 'AccessDenied'],
  ['a second less than fifteen minutes', { seconds: 899 }, 'ValidationError'],
  ['one hour for a role with one hour', { role: 'one-hour', seconds: 3_600 }, 'allowed'],
  [
    'a second more than an hour for a role with one hour',
    { role: 'one-hour', seconds: 3_601 },
    'ValidationError',
  ],
  ['too long a session without the ExternalId', { externalId: null, seconds: 43_201 }, 'AccessDenied'],
])('AssumeRole with %s', async (_, how, expected) => {
  expect(await outcome(assume(running.emulator, how))).toBe(expected);
});

test.each([
  ['tavus', 43_201, "at 'durationSeconds' failed to satisfy constraint"],
  ['one-hour', 43_200, 'exceeds the MaxSessionDuration set for this role'],
])("a too long session of the role %s is refused with AWS's error", async (role, seconds, words) => {
  await expect(assume(running.emulator, { role, seconds })).rejects.toThrow(words);
});

test.each([
  ['secret', { secretAccessKey: 'forged' }, 'SignatureDoesNotMatch'],
  ['token', { sessionToken: 'forged' }, 'InvalidClientTokenId'],
])('a session with a forged %s is refused', async (_, forged, expected) => {
  const session = { ...(await assume(running.emulator)), ...forged };
  const sts = new STSClient(clientOptions(running.emulator, session));
  expect(await outcome(sts.send(new GetCallerIdentityCommand({})))).toBe(expected);
});
