import { pulumiConfigKey } from '../contract/names';
import { SETTING_REASONS } from '../contract/setting-reasons';
import { SETTINGS, type ReadSetting, type Setting } from '../contract/settings';
import type { ProgramKey } from '../contract/program-keys';

/** Why a missing or wrong value matters. */
const PROGRAM_REASONS: Readonly<Record<ProgramKey, string>> = {
  location: 'Azure would refuse every resource.',
  resourceGroupName: 'Azure would refuse every resource.',
  appName: 'Azure would refuse the Container App, whose address is made of it.',
  image: 'What a tag names can change between two revisions, and nobody would know what ran.',
  cpu: 'Azure only runs fixed pairs of vCPUs and memory.',
  handOverFile: 'Recording is on, and without it nobody knows where recordings go.',
  awsAccount: 'Recordings could go to an account that is not yours to keep.',
  awsRegion: 'Recordings could be kept where they must not be.',
  easyAuthClientId: 'Nobody could sign in.',
  alertEmail: 'Nobody would be told when the backend is not well.',
  logRetentionDays: 'Azure keeps logs for 30 to 730 days.',
  protectData: 'Whether secrets and logs can be deleted must not depend on a guess.',
};

const PROGRAM_EXAMPLES: Readonly<Record<ProgramKey, string>> = {
  location: 'westeurope',
  resourceGroupName: 'tavus-recordings',
  appName: 'tavus-backend',
  image: '<registry>/tavus-recordings@sha256:<digest>',
  cpu: '0.5',
  handOverFile: 'cdk-outputs.json',
  awsAccount: '111122223333',
  awsRegion: 'us-east-1',
  easyAuthClientId: '<client id>',
  alertEmail: 'operations@example.com',
  logRetentionDays: '90',
  protectData: 'true',
};

/** One problem with a key of the program's own, in four parts. */
export function programProblem(key: ProgramKey, wrong: string, got: string): string {
  return (
    `${key}: ${wrong}, got ${got}. ${PROGRAM_REASONS[key]} ` +
    `Run \`pulumi config set ${key} ${PROGRAM_EXAMPLES[key]}\`.`
  );
}

/** The command that sets a secret: its own value where the vendor issued it, a random one where it is ours. */
const setSecret = (name: ReadSetting): string =>
  name === 'TAVUS_API_KEY'
    ? `pulumi config set --secret ${pulumiConfigKey(name)}`
    : `openssl rand -base64 32 | pulumi config set --secret ${pulumiConfigKey(name)}`;

/** One problem with a setting of the backend, in four parts. `got` must not hold a secret. */
export function settingProblem(name: ReadSetting, wrong: string, got: string): string {
  const { source, example }: Setting = SETTINGS[name];
  const fix = source === 'secret' ? setSecret(name) : `pulumi config set ${pulumiConfigKey(name)} ${example}`;
  return `${pulumiConfigKey(name)}: ${wrong}, got ${got}. ${SETTING_REASONS[name]} Run \`${fix}\`.`;
}
