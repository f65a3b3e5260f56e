import { execFileSync } from 'node:child_process';
import { bench, closeAll } from '../../local/tavus/helpers';
import {
  judgeAccountPublicAccess,
  judgeEncryption,
  judgeLogging,
  judgeOwnership,
  judgePublicAccess,
  judgeVersioning,
} from '../../../ops/doctor/bucket/judge';
import { judgeLock, judgeReplication } from '../../../ops/doctor/bucket/judge-copies';
import { judgeSkew } from '../../../ops/doctor/clock';
import { judgeKey } from '../../../ops/doctor/key/judge';
import { judgeDecisions } from '../../../ops/doctor/role/denials';
import { recoverySteps } from '../../../ops/aws/stack-status';
import { awsError, BUCKET, HEALTHY, KEY_ARN, type FakeAwsAnswers } from '../fake-aws';
import { API_KEY, examine, SETTINGS, type ReportedCheck } from '../run';

let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  const { simulator } = await bench({ apiKeys: [API_KEY] });
  env = { ...SETTINGS, TAVUS_API_BASE_URL: simulator.apiBaseUrl };
});
afterAll(closeAll);

/** An AWS in which every check fails. */
const BARE: FakeAwsAnswers = {
  ...Object.fromEntries(Object.keys(HEALTHY).map((name) => [name, {}])),
  GetCallerIdentityCommand: HEALTHY['GetCallerIdentityCommand'] ?? {},
  HeadBucketCommand: { BucketRegion: 'eu-west-1' },
  GetBucketPolicyCommand: {
    Policy: '{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}',
  },
  GetRoleCommand: {
    Role: { Arn: SETTINGS['TAVUS_AWS_ASSUME_ROLE_ARN'], AssumeRolePolicyDocument: '{"Statement":[]}' },
  },
  GetKeyPolicyCommand: { Policy: '{"Statement":[]}' },
  GetBucketEncryptionCommand: {
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ARN } }],
    },
  },
  GetObjectLockConfigurationCommand: {
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
    },
  },
  GetBucketReplicationCommand: {
    ReplicationConfiguration: {
      Rules: [{ Status: 'Enabled', Filter: {}, Destination: { Bucket: 'arn:aws:s3:::elsewhere' } }],
    },
  },
  ListObjectVersionsCommand: {
    Versions: ['1', '2'].map((VersionId) => ({
      Key: 'tavus/c/1',
      VersionId,
      LastModified: new Date(0),
      IsLatest: VersionId === '1',
    })),
  },
};

const { fix: bothBuckets } = judgeReplication(
  [
    { Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::x' } },
    { Status: 'Disabled', Destination: { Bucket: 'arn:aws:s3:::y' } },
  ],
  BUCKET,
);

/** Fixes that do not occur in one state of AWS. */
const OTHERS: readonly (string | undefined)[] = [
  judgeVersioning('Suspended', BUCKET).fix,
  judgePublicAccess(undefined, BUCKET).fix,
  judgeAccountPublicAccess(undefined).fix,
  judgeOwnership(undefined, BUCKET).fix,
  judgeLogging(undefined, BUCKET).fix,
  judgeEncryption(undefined, BUCKET).fix,
  judgeEncryption({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }, BUCKET).fix,
  judgeLock(undefined, { bucket: BUCKET, hasMfaDelete: true, goneDays: 1 }).fix,
  bothBuckets,
  judgeSkew({ seconds: 1000 }, 'AWS').fix,
  judgeKey({ arn: KEY_ARN, state: 'PendingDeletion', isManagedByAws: false }).fix,
  ...(['organisation', 'boundary', 'own deny'] as const).map(
    (deniedBy) =>
      judgeDecisions(
        { by: "AWS's simulation", byAction: new Map([['s3:PutObject', { decision: 'denied', deniedBy }]]) },
        { actions: ['s3:PutObject'], expected: '', allowed: '', counted: () => '', fix: '' },
      ).fix,
  ),
  ...[
    'ROLLBACK_COMPLETE',
    'CREATE_FAILED',
    'DELETE_FAILED',
    'UPDATE_ROLLBACK_FAILED',
    'IMPORT_ROLLBACK_COMPLETE',
  ].map((status) =>
    recoverySteps({ stack: 'TavusRecordings-prod', status, isProtected: true, region: 'us-east-1' }),
  ),
];

/** The commands of a fix: the whole text, or the parts in backticks. */
function commandsOf(fix: string): string[] {
  const isCommand = (text: string): boolean => /^(?:aws|npx|npm|curl|sudo|w32tm|export|\$env:)/.test(text);
  const spans = [...fix.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
  return isCommand(fix) ? [fix] : spans.filter(isCommand);
}

async function allCommands(): Promise<string[]> {
  const states = [
    BARE,
    { ...BARE, GetBucketEncryptionCommand: {} },
    { ...BARE, GetBucketPolicyCommand: awsError('NoSuchBucketPolicy', 404) },
  ];
  const fixes: string[] = [];
  for (const answers of states) {
    const { stdout } = await examine(answers, env);
    const { checks }: { checks: ReportedCheck[] } = JSON.parse(stdout);
    fixes.push(...checks.flatMap(({ fix }) => fix ?? []));
  }
  return [...new Set([...fixes, ...OTHERS.flatMap((fix) => fix ?? [])].flatMap(commandsOf))];
}

/** Patterns of commands for a single shell. */
const FOR_ONE_SHELL = /^(?:export |\$env:|sudo |w32tm )/;

/** Words with the same meaning in sh, PowerShell and cmd; the reader replaces names in angle brackets. */
const WORD = /^(?:[\w./:=<> -]|"[^"$`\\!%]*")+$/;

test('the commands of all fixes can be pasted into sh, PowerShell and cmd', async () => {
  const commands = await allCommands();
  expect(commands.length).toBeGreaterThan(25);
  const odd = commands.filter((command) => !FOR_ONE_SHELL.test(command) && !WORD.test(command));
  expect(odd).toEqual([]);
});

/** Splits a command line like Windows' C runtime, for lines without backslashes. */
const windowsWords = (command: string): string[] =>
  [...command.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''));

test('sh and Windows parse the commands into the same arguments', async () => {
  for (const command of await allCommands()) {
    if (FOR_ONE_SHELL.test(command)) continue;
    const plain = command.replaceAll(/<([\w ]+)>/g, (_, name: string) => name.replaceAll(' ', '-'));
    const words = execFileSync('sh', ['-c', `for word in "$@" ${plain}; do printf '%s\\0' "$word"; done`], {
      encoding: 'utf8',
      cwd: __dirname,
    });
    expect(words.split('\0').slice(0, -1)).toEqual(windowsWords(plain));
  }
});

test('a command for one shell has its counterpart for the others', async () => {
  const { fix = '' } = judgeSkew({ seconds: 1000 }, 'AWS');
  expect(fix).toContain('sudo timedatectl');
  expect(fix).toContain('w32tm');
  const { of } = await examine(
    { ...HEALTHY, GetCallerIdentityCommand: { Account: '444455556666', Arn: 'x' } },
    env,
  );
  expect(of('aws-identity')?.fix).toBe(
    'Set AWS_PROFILE to a profile of that account: `export AWS_PROFILE=<profile>` (PowerShell: `$env:AWS_PROFILE = "<profile>"`). Then run it again.',
  );
});
