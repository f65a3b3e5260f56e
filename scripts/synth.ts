import { devNull } from 'node:os';
import path from 'node:path';
import cdkJson from '../cdk.json';
import { ROOT, run } from './command';

/** Folders of the templates: recordings, CI identity, identity providers. */
export const SYNTHESIZED = [
  path.join(ROOT, '.local', 'synth'),
  path.join(ROOT, '.local', 'synth-ci'),
  path.join(ROOT, '.local', 'synth-identity'),
] as const;

/** All optional resources of an environment. */
const allOptions = (principalId: string): object => ({
  backend: {
    tenantId: '11111111-2222-4333-8444-555555555555',
    principalId,
    audience: 'api://66666666-7777-4888-8999-aaaaaaaaaaaa',
  },
  holds: true,
  eraser: 'arn:aws:iam::111122223333:role/privacy',
});

/** Variants that are checked in addition to the environments of cdk.json. */
const VARIANTS = {
  'check-kms': { encryption: 'kms', ...allOptions('bbbbbbbb-cccc-4ddd-8eee-ffffffffffff') },
  'check-existing': {
    existingBucketName: 'an-existing-bucket',
    ...allOptions('cccccccc-dddd-4eee-8fff-aaaaaaaaaaaa'),
  },
};

/** An environment without AWS account, profile or network, so that the templates are the same on every machine. */
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

/** Example settings of the CI identity. */
const CI_IDENTITY_CONTEXT = {
  githubRepository: 'octo-org/recordings',
  githubRepositoryId: '123456789',
  githubOwnerId: '987654',
  githubEnvironment: 'production',
  githubCheckEnvironment: 'checks',
  bootstrapQualifier: 'tavusrec',
};

export interface SynthProps {
  /** Output folder of the cloud assembly. */
  readonly folder: string;
  readonly context: Readonly<Record<string, string>>;
  /** Command of the app. @default - the command in cdk.json */
  readonly app?: string;
}

/** The separate app of the CI identity. */
export const CI_IDENTITY_APP = {
  app: cdkJson.app.replace('infra-aws/app.ts', 'infra-aws/ci.ts'),
  context: CI_IDENTITY_CONTEXT,
} as const;

/** The separate app of the identity providers. */
export const IDENTITY_APP = cdkJson.app.replace('infra-aws/app.ts', 'infra-aws/identity.ts');

/** Arguments of Node for `cdk synth` in this project's root. */
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

/** Runs `cdk synth` with CloudFormation's validation and returns the exit code. */
const synth = (props: SynthProps): number => run(process.execPath, synthArguments(props), ownEnvironment());

/** Synthesizes all environments and variants of all apps, and returns the exit code. */
export function validatedSynth(): number {
  const context = { environments: JSON.stringify({ ...cdkJson.context.environments, ...VARIANTS }) };
  const [recordings, ciIdentity, identity] = SYNTHESIZED;
  return (
    synth({ folder: recordings, context }) ||
    synth({ folder: ciIdentity, ...CI_IDENTITY_APP }) ||
    synth({ folder: identity, context, app: IDENTITY_APP })
  );
}

if (require.main === module) process.exitCode = validatedSynth();
