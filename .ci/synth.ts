import { devNull } from 'node:os';
import path from 'node:path';
import cdkJson from '../cdk.json';
import { ROOT, run } from './command';

/** Where the templates are, for the checks that read them: those of the recordings, and those of the trust for CI. */
export const SYNTHESIZED = [
  path.join(ROOT, '.local', 'synth'),
  path.join(ROOT, '.local', 'synth-ci'),
] as const;

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

/** The trust for CI, as somebody might make it. */
const TRUST = {
  githubRepository: 'octo-org/recordings',
  githubRepositoryId: '123456789',
  githubOwnerId: '987654',
  githubEnvironment: 'production',
  githubCheckEnvironment: 'checks',
  bootstrapQualifier: 'tavusrec',
};

/** `cdk synth` with CloudFormation's own validation. Answers the exit code. */
function synth(folder: string, context: Readonly<Record<string, string>>, app: readonly string[]): number {
  const args = [
    path.join('node_modules', 'aws-cdk', 'bin', 'cdk'),
    'synth',
    '--quiet',
    '--no-notices',
    '--strict',
    '--output',
    folder,
    ...app,
    ...Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]),
  ];
  return run(process.execPath, args, ownEnvironment());
}

/** Every environment and variant of the recordings, and the trust for CI. Answers the exit code. */
export function validatedSynth(): number {
  const environments = JSON.stringify({ ...cdkJson.context.environments, ...VARIANTS });
  const [recordings, trust] = SYNTHESIZED;
  const trustApp = ['--app', cdkJson.app.replace('infra-aws/app.ts', 'infra-aws/ci.ts')];
  return synth(recordings, { environments }, []) || synth(trust, TRUST, trustApp);
}

if (require.main === module) process.exitCode = validatedSynth();
