import { isInProgress, isComplete, neverCreated, recoverySteps } from '../../ops/aws/stack-status';

const STACK = 'TavusRecordings-prod';
const LIFT =
  '`aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name TavusRecordings-prod --region us-east-1`';
const DEPLOY = '`npx cdk deploy TavusRecordings-prod`';
const out = (status: string, isProtected = true): string =>
  recoverySteps({ stack: STACK, status, isProtected, region: 'us-east-1' });

/** The commands of a sentence, in order. */
const commands = (text: string): string[] => text.match(/`[^`]+`/g) ?? [];

test.each(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'])(
  'after a failed first deployment has the cause and two commands: %s',
  (status) => {
    const [events, ...rest] = commands(out(status));
    expect(events).toContain('describe-stack-events');
    expect(rest).toEqual([LIFT, DEPLOY]);
    expect(neverCreated(status)).toBe(true);
  },
);

test('without termination protection no command lifts it', () => {
  expect(commands(out('ROLLBACK_COMPLETE', false))).not.toContain(LIFT);
});

test.each([
  ['CREATE_FAILED', ['`npx cdk rollback TavusRecordings-prod`', LIFT, DEPLOY]],
  ['UPDATE_FAILED', ['`npx cdk rollback TavusRecordings-prod`', DEPLOY]],
  ['UPDATE_ROLLBACK_FAILED', ['`npx cdk rollback TavusRecordings-prod`', DEPLOY]],
  ['UPDATE_ROLLBACK_COMPLETE', [DEPLOY]],
  ['DELETE_FAILED', ['`npx cdk destroy TavusRecordings-prod`', DEPLOY]],
  ['IMPORT_ROLLBACK_COMPLETE', [DEPLOY, '`npx cdk import TavusRecordings-prod`']],
])('after %s has %j', (status, expected) => {
  expect(commands(out(status)).slice(1)).toEqual(expected);
  expect(neverCreated(status)).toBe(false);
});

test('for an unexecuted change set says to deploy, for a running operation to wait', () => {
  expect(commands(out('REVIEW_IN_PROGRESS'))).toEqual([DEPLOY]);
  expect(isInProgress('REVIEW_IN_PROGRESS')).toBe(false);
  expect(out('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')).toBe('Wait for it to end.');
});

test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'])('%s is complete', (status) => {
  expect(isComplete(status)).toBe(true);
});
