import { devNull } from 'node:os';
import path from 'node:path';
import cdkJson from '../cdk.json';
import { ROOT, run } from './command';

/** Where the templates are, for the checks that read them: of the recordings, the trust for CI and the identity providers. */
export const SYNTHESIZED = [
  path.join(ROOT, '.local', 'synth'),
  path.join(ROOT, '.local', 'synth-ci'),
  path.join(ROOT, '.local', 'synth-identity'),
] as const;

/** Everything that an environment can have beside bucket and vendor's role. */
const withAll = (principalId: string): object => ({
  backend: {
    tenantId: '11111111-2222-4333-8444-555555555555',
    principalId,
    audience: 'api://66666666-7777-4888-8999-aaaaaaaaaaaa',
  },
  holds: true,
  eraser: 'arn:aws:iam::111122223333:role/privacy',
});

/** What nobody may have configured yet, but could: checked beside the environments of cdk.json. */
const VARIANTS = {
  'check-kms': { encryption: 'kms', ...withAll('bbbbbbbb-cccc-4ddd-8eee-ffffffffffff') },
  'check-existing': {
    existingBucketName: 'a-bucket-that-is-there',
    ...withAll('cccccccc-dddd-4eee-8fff-aaaaaaaaaaaa'),
  },
};

/** Nobody's account, profile or region: the same templates on every machine, and no network. */
export function ownEnvironment(): NodeJS.ProcessEnv {
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

/** What is synthesized, and where to. */
export interface SynthProps {
  /** Of the cloud assembly. */
  readonly folder: string;
  readonly context: Readonly<Record<string, string>>;
  /** Command of the app. @default that of cdk.json */
  readonly app?: string;
}

/** The trust for CI, an app of its own. */
export const CI_IDENTITY_APP = {
  app: cdkJson.app.replace('infra-aws/app.ts', 'infra-aws/ci.ts'),
  context: TRUST,
} as const;

/** The identity providers of an account, an app of their own too. */
export const IDENTITY_APP = cdkJson.app.replace('infra-aws/app.ts', 'infra-aws/identity.ts');

/** The arguments with which Node runs `cdk synth` in a folder that has this project in it. */
export const synthArguments = ({ folder, context, app }: SynthProps): readonly string[] => [
  path.join('node_modules', 'aws-cdk', 'bin', 'cdk'),
  'synth',
  '--quiet',
  '--no-notices',
  '--strict',
  '--output',
  folder,
  ...(app === undefined ? [] : ['--app', app]),
  ...Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]),
];

/** `cdk synth` with CloudFormation's own validation. Answers the exit code. */
const synth = (props: SynthProps): number => run(process.execPath, synthArguments(props), ownEnvironment());

/** Every environment and variant of the recordings, the trust for CI and the identity providers. Answers the exit code. */
export function validatedSynth(): number {
  const context = { environments: JSON.stringify({ ...cdkJson.context.environments, ...VARIANTS }) };
  const [recordings, trust, identity] = SYNTHESIZED;
  return (
    synth({ folder: recordings, context }) ||
    synth({ folder: trust, ...CI_IDENTITY_APP }) ||
    synth({ folder: identity, context, app: IDENTITY_APP })
  );
}

if (require.main === module) process.exitCode = validatedSynth();
