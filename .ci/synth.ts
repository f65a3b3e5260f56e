import { devNull } from 'node:os';
import path from 'node:path';
import cdkJson from '../cdk.json';
import { ROOT, run } from './command';

/** Where the templates are, for the checks that read them. */
export const SYNTHESIZED = path.join(ROOT, '.local', 'synth');

/** What nobody may have configured yet, but could: checked beside the environments of cdk.json. */
const VARIANTS = {
  'check-kms': { encryption: 'kms' },
  'check-existing': { existingBucketName: 'a-bucket-that-is-there' },
};

/** Nobody's account, profile or region: the same templates on every machine, and no network. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** `cdk synth` with CloudFormation's own validation, of every environment and variant. Answers the exit code. */
export function validatedSynth(): number {
  const environments = { ...cdkJson.context.environments, ...VARIANTS };
  const args = [
    path.join('node_modules', 'aws-cdk', 'bin', 'cdk'),
    'synth',
    '--quiet',
    '--no-notices',
    '--strict',
    '--output',
    SYNTHESIZED,
    '--context',
    `environments=${JSON.stringify(environments)}`,
  ];
  return run(process.execPath, args, ownEnvironment());
}

if (require.main === module) process.exitCode = validatedSynth();
