import type { ObjectLockConfiguration, ReplicationRule } from '@aws-sdk/client-s3';
import { judgeLock, judgeReplication, type LockSubject } from '../../../ops/doctor/bucket/judge-copies';
import type { CheckStatus } from '../../../ops/doctor/check-result';
import { BUCKET } from '../fake-aws';

const subject: LockSubject = { bucket: BUCKET, hasMfaDelete: false, goneDays: 97 };
const lock = (retention?: {
  Mode: 'COMPLIANCE' | 'GOVERNANCE';
  Days?: number;
  Years?: number;
}): ObjectLockConfiguration => ({
  ObjectLockEnabled: 'Enabled',
  ...(retention === undefined ? {} : { Rule: { DefaultRetention: retention } }),
});

describe('Object Lock that prevents an erasure', () => {
  test.each<
    readonly [string, ObjectLockConfiguration | undefined, Partial<LockSubject>, CheckStatus, string]
  >([
    ['nothing', undefined, {}, 'ok', 'none'],
    [
      'Object Lock without a default',
      lock(),
      {},
      'ok',
      'Object Lock without a default retention: locks nothing by itself',
    ],
    [
      'compliance mode',
      lock({ Mode: 'COMPLIANCE', Years: 7 }),
      {},
      'fail',
      'Object Lock, COMPLIANCE: each new recording is locked for 2555 d; the lifecycle cannot remove it after 97 d; not even the root user can erase it earlier',
    ],
    [
      'such a lock, shorter than the lifecycle',
      lock({ Mode: 'COMPLIANCE', Days: 30 }),
      {},
      'fail',
      'Object Lock, COMPLIANCE: each new recording is locked for 30 d; not even the root user can erase it earlier',
    ],
    [
      'governance mode',
      lock({ Mode: 'GOVERNANCE', Days: 30 }),
      {},
      'warn',
      'Object Lock, GOVERNANCE: each new recording is locked for 30 d; an erasure needs s3:BypassGovernanceRetention',
    ],
    [
      'such a lock, longer than the lifecycle',
      lock({ Mode: 'GOVERNANCE', Days: 98 }),
      {},
      'fail',
      'the lifecycle cannot remove it after 97 d',
    ],
    [
      'such a lock, and a lifecycle that never ends',
      lock({ Mode: 'GOVERNANCE', Days: 98 }),
      { goneDays: undefined },
      'warn',
      'Object Lock, GOVERNANCE',
    ],
    [
      'a second factor',
      undefined,
      { hasMfaDelete: true },
      'fail',
      'none; MFA delete is on: only the root user can erase',
    ],
    [
      'both',
      lock({ Mode: 'GOVERNANCE', Days: 1 }),
      { hasMfaDelete: true },
      'fail',
      'an erasure needs s3:BypassGovernanceRetention; MFA delete is on',
    ],
  ])('%s', (_, configuration, more, status, found) => {
    const outcome = judgeLock(configuration, { ...subject, ...more });
    expect(outcome.found).toContain(found);
    expect(outcome.status).toBe(status);
  });

  test('is switched off for new recordings by the command of the fix', () => {
    expect(judgeLock(lock({ Mode: 'COMPLIANCE', Days: 1 }), subject).fix).toContain(
      `\`aws s3api put-object-lock-configuration --bucket ${BUCKET} --object-lock-configuration "ObjectLockEnabled=Enabled"\``,
    );
    expect(judgeLock(lock(), subject).status).toBe('ok');
  });
});

const rule = (more: Partial<ReplicationRule> = {}): ReplicationRule => ({
  ID: 'copy',
  Status: 'Enabled',
  Destination: { Bucket: 'arn:aws:s3:::elsewhere' },
  ...more,
});

describe('copies', () => {
  test.each<readonly [string, readonly ReplicationRule[] | undefined, CheckStatus]>([
    ['none', undefined, 'ok'],
    ['of everything', [rule()], 'warn'],
    ['of recordings', [rule({ Filter: { Prefix: 'tavus/' } })], 'warn'],
    ['of some recordings', [rule({ Filter: { Prefix: 'tavus/c1' } })], 'warn'],
    ['of recordings, in an old form', [rule({ Prefix: 'tavus/' })], 'warn'],
    ['of other things', [rule({ Filter: { Prefix: 'logs/' } })], 'ok'],
    ['of other things, in an old form', [rule({ Prefix: 'logs/' })], 'ok'],
    [
      'of tagged things',
      [rule({ Filter: { And: { Prefix: 'tavus/', Tags: [{ Key: 'a', Value: 'b' }] } } })],
      'ok',
    ],
    ['that are switched off', [rule({ Status: 'Disabled' })], 'ok'],
  ])('%s', (_, rules, status) => {
    expect(judgeReplication(rules, BUCKET).status).toBe(status);
  });

  test('are reported with their destination, and end by the command of the fix', () => {
    const { found, fix } = judgeReplication([rule()], BUCKET);
    expect(found).toContain('copies go to elsewhere');
    expect(fix).toContain('`aws s3api list-object-versions --bucket elsewhere --prefix tavus/`');
    expect(fix).toContain(`\`aws s3api delete-bucket-replication --bucket ${BUCKET}\``);
  });

  test('of other prefixes continue: the fix names the rule to remove', () => {
    const { fix } = judgeReplication([rule(), rule({ ID: 'logs', Filter: { Prefix: 'logs/' } })], BUCKET);
    expect(fix).not.toContain('delete-bucket-replication');
    expect(fix).toContain('Take copy out of');
  });
});
