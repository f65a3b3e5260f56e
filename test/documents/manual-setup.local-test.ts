import path from 'node:path';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { SETUP_PATHS } from '../../scripts/manual-setup/files';
import { clientOptions, rootOf } from '../../local/aws/clients';
import { OWNER, REGION, startTestEmulator, type TestEmulator } from '../local/aws/support';
import { idsOf, reportOf, withTavus, type DeployedLaptop, type DoctorReport } from '../ops/laptop';
import { AwsCommands, type CommandAnswer } from './aws-commands';
import { commandsOf, parseGuide, read, type GuideCommand } from './guide';

const GUIDE = 'RECORDING_CONFIGURATION.md';
/** Values that the reader chooses, or that AWS returns. */
type Choices = Readonly<Record<`<${string}>`, string>>;
const BUCKET = 'acme-rec-5f0c2ab91e7d';
const ROLE = 'acme-tavus-2f7c1e90ab34';
const CHOSEN: Choices = {
  '<bucket>': BUCKET,
  '<role>': ROLE,
  '<account>': OWNER,
  '<region>': REGION,
};

/** A text of the guide with these values. */
const chosen = (text: string, choices: Choices = CHOSEN): string =>
  Object.entries(choices).reduce(
    (filled, [placeholder, value]) => filled.replaceAll(placeholder, value),
    text,
  );

/** A part of the guide: the commands of the first block after a text. */
type Part = '### The commands' | '### With a customer key';

/** Files and commands of a part, with the reader's values. */
function partOf(
  part: Part,
  choices: Choices,
): { files: Record<string, string>; commands: readonly GuideCommand[] } {
  const files = SETUP_PATHS.map((file) => [path.basename(file), chosen(read(file), choices)] as const);
  const text = chosen(read(GUIDE), choices);
  const [block] = parseGuide(GUIDE, text.slice(text.indexOf(part))).fences;
  if (block === undefined) throw new Error(`${GUIDE}: has no commands behind ${part}.`);
  return { files: Object.fromEntries(files), commands: commandsOf(block) };
}

/** Follows a part of the guide in an emulated AWS. Returns the response to the last command. */
async function follow({ emulator }: TestEmulator, part: Part, choices = CHOSEN): Promise<CommandAnswer> {
  const { files, commands } = partOf(part, choices);
  const aws = new AwsCommands(clientOptions(emulator, rootOf(emulator, OWNER)), files);
  try {
    let answer: CommandAnswer = {};
    for (const command of commands) answer = await aws.run(command);
    return answer;
  } finally {
    aws.close();
  }
}

describe('bucket and role of the manual setup, created only with guide and files', () => {
  let running: TestEmulator;
  let laptop: DeployedLaptop;
  beforeAll(async () => {
    running = await startTestEmulator();
    const { roleArn = '' } = await follow(running, '### The commands');
    laptop = await withTavus(running, { bucketName: BUCKET, bucketRegion: REGION, roleArn });
  });
  afterAll(() => laptop.stop());

  // Access logs need a second bucket, which only the stack has: the guide says so, and the doctor only warns.
  const ONLY_WARNING = [['bucket-logging', 'warn']];
  const notWell = ({ checks }: DoctorReport): (readonly [string, string])[] =>
    checks
      .filter(({ status }) => status === 'fail' || status === 'warn')
      .map(({ id, status }) => [id, status] as const);

  test('pass the doctor except for the access logs, and Tavus accepts them', async () => {
    const report = await reportOf(laptop.env, '--create-test-conversation');
    expect(notWell(report)).toEqual(ONLY_WARNING);
    // The emulator does not have S3's account settings.
    expect(idsOf(report, 'unknown')).toEqual(['account-public-access']);
    expect(report.checks.find(({ id }) => id === 'tavus-test-conversation')?.found).toBe(
      'created with the role and bucket, and ended',
    );
  });

  // Continues after the previous tests, as the guide does.
  test('encrypt with a customer key that the role can use, after the part about it', async () => {
    const kms = new KMSClient(clientOptions(running.emulator, rootOf(running.emulator, OWNER)));
    const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
    kms.destroy();
    await follow(running, '### With a customer key', { ...CHOSEN, '<key>': key?.KeyId ?? '' });
    const report = await reportOf(laptop.env);
    expect(notWell(report)).toEqual(ONLY_WARNING);
    const found = (id: string): string | undefined => report.checks.find((check) => check.id === id)?.found;
    expect([found('bucket-encryption'), found('key-grants')]).toEqual([
      'SSE-KMS with a customer key, bucket key',
      "both, by AWS's simulation",
    ]);
  });
});
