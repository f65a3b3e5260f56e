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

/** `cdk synth` with CloudFormation's own validation, of every environment and variant. Answers the exit code. */
export function validatedSynth(): number {
  const environments = { ...cdkJson.context.environments, ...VARIANTS };
  return run(process.execPath, [
    path.join('node_modules', 'aws-cdk', 'bin', 'cdk'),
    'synth',
    '--quiet',
    '--no-notices',
    '--strict',
    '--output',
    SYNTHESIZED,
    '--context',
    `environments=${JSON.stringify(environments)}`,
  ]);
}

if (require.main === module) process.exitCode = validatedSynth();
