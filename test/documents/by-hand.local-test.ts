import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { byHand, synthesize, type Encryption } from '../../.ci/by-hand/stack';
import { marks } from '../../.ci/documents';
import { clientOptions, rootOf } from '../../local/aws/clients';
import { toJson, type JsonObject } from '../../local/json';
import { compareBucket } from '../../local/read-back/bucket';
import { comparisonLine } from '../../local/read-back/comparison';
import { compareRole } from '../../local/read-back/role';
import { OWNER, REGION, startTestEmulator, type TestEmulator } from '../local/aws/support';
import { idsOf, reportOf, withTavus, type DeployedLaptop } from '../ops/laptop';
import { AwsCommands } from './aws-commands';
import { commandsOf, type Command } from './commands';
import { parseGuide } from './guide';
import { read } from './project';

const GUIDE = 'RECORDING_CONFIGURATION.md';
const CHOSEN = { '<bucket>': 'acme-rec-5f0c2ab91e7d', '<role>': 'acme-tavus-2f7c1e90ab34' };

/** A text of the guide with what its reader chooses in it. */
const chosen = (text: string): string =>
  Object.entries(CHOSEN).reduce(
    (filled, [placeholder, value]) => filled.replaceAll(placeholder, value),
    text,
  );

/** Files and commands of the part by hand, as its reader has them. */
function partByHand(): { files: Record<string, string>; commands: readonly Command[] } {
  const text = read(GUIDE);
  const { begin, end } = marks('by-hand');
  const made = parseGuide(GUIDE, text.slice(text.indexOf(begin), text.indexOf(end)));
  const files = made.fences.map(({ lead, body }) => [/`([\w.-]+)`/.exec(lead)?.[1] ?? '', chosen(body)]);
  const { fences } = parseGuide(GUIDE, text.slice(text.indexOf('### The commands')));
  const [block] = fences;
  if (block === undefined) throw new Error(`${GUIDE}: has no commands by hand.`);
  const commands = commandsOf({ ...block, body: chosen(block.body) });
  return { files: Object.fromEntries(files), commands };
}

/** Follows the guide in an emulated AWS. Answers the role's ARN, as its last command prints it. */
async function followGuide({ emulator }: TestEmulator): Promise<string> {
  const { files, commands } = partByHand();
  const aws = new AwsCommands(clientOptions(emulator, rootOf(OWNER)), files);
  try {
    let roleArn: string | undefined;
    for (const command of commands) ({ roleArn } = await aws.run(command));
    if (roleArn === undefined) throw new Error(`${GUIDE}: its last command prints no ARN.`);
    return roleArn;
  } finally {
    aws.close();
  }
}

describe('bucket and role made by hand, from nothing but the guide', () => {
  let running: TestEmulator;
  let laptop: DeployedLaptop;
  beforeAll(async () => {
    running = await startTestEmulator();
    const roleArn = await followGuide(running);
    laptop = await withTavus(running, {
      bucketName: CHOSEN['<bucket>'],
      bucketRegion: REGION,
      roleArn,
    });
  });
  afterAll(() => laptop.stop());

  test('are right, says the doctor, and Tavus takes them', async () => {
    const report = await reportOf(laptop.env, '--create-test-conversation');
    expect(report.checks.filter(({ status }) => status === 'fail' || status === 'warn')).toEqual([]);
    // The emulator does not have the account's own settings of S3.
    expect(idsOf(report, 'unknown')).toEqual(['account-public-access']);
    expect(report.checks.find(({ id }) => id === 'tavus-test-conversation')?.found).toBe(
      'made with the role and bucket, and ended',
    );
  });

  test("are the stack's, but for the access logs", async () => {
    const encryption: Encryption = 's3';
    const stack = byHand(synthesize(encryption));
    const expected: JsonObject = JSON.parse(chosen(JSON.stringify(toJson(stack.bucket))));
    const { LoggingConfiguration: logging, ...properties } = expected;
    expect(logging).toBeDefined();
    const options = clientOptions(running.emulator, rootOf(OWNER));
    const s3 = new S3Client(options);
    const iam = new IAMClient(options);
    try {
      const comparisons = [
        ...(await compareBucket(s3, {
          id: 'bucket',
          label: 'bucket',
          name: CHOSEN['<bucket>'],
          properties,
          policy: JSON.parse(chosen(JSON.stringify(stack.bucketPolicy))),
        })),
        ...(await compareRole(iam, {
          name: CHOSEN['<role>'],
          properties: JSON.parse(chosen(JSON.stringify(stack.role))),
        })),
      ];
      const lines = comparisons.map(comparisonLine);
      expect(lines.filter(({ state }) => state !== 'holds')).toEqual([]);
      expect(lines.map(({ id }) => id)).toEqual(
        ['encryption', 'versioning', 'public-access', 'ownership', 'policy', 'lifecycle']
          .map((what) => `bucket-${what}`)
          .concat('role-trust', 'role-session', 'role-policy'),
      );
    } finally {
      s3.destroy();
      iam.destroy();
    }
  });
});
