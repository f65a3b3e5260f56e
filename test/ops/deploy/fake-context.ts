import type { StackResourceDrift } from '@aws-sdk/client-cloudformation';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ChangeSet, AwsCalls, CredentialVariables } from '../../../ops/deploy/aws/aws-calls';
import type { JobContext } from '../../../ops/deploy/job-context';
import type { StackTemplate } from '../../../ops/deploy/aws/template-changes';
import { isOnGithub } from '../../../ops/deploy/github';
import { JobReport } from '../../../ops/deploy/report';
import type { Command, CommandResult } from '../../../ops/deploy/run';
import { handedOver } from '../../infra-azure/samples';

export const ACCOUNT = '111122223333';
export const ENVIRONMENT = 'prod';
export const REGISTRY = 'platformregistry1a2b.azurecr.io';
export const DIGEST = `sha256:${'d'.repeat(64)}`;
export const LIVE_URL = 'https://tavus-backend.example.azurecontainerapps.io';
const COMMIT = 'c'.repeat(40);
const GUID = '00000000-1111-2222-3333-444444444444';
const SECRETS_PROVIDER = 'azurekeyvault://state-vault.vault.azure.net/keys/pulumi';

export const SECRETS = {
  TAVUS_API_KEY: 'planted-tavus-key-0123456789',
  CALLBACK_SECRETS: 'planted-callback-current-0123,planted-callback-previous-0123',
  START_API_KEY: 'planted-start-key-0123456789',
} as const;

/** All values that a job can need, and one optional setting. */
export const ENV: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  GITHUB_ACTIONS: 'true',
  GITHUB_SHA: COMMIT,
  GITHUB_RUN_ID: '4711',
  GITHUB_RUN_ATTEMPT: '2',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'planted-request-token',
  AWS_ACCESS_KEY_ID: 'ASIAJOB',
  AWS_SECRET_ACCESS_KEY: 'planted-job-key-0123456789',
  AWS_SESSION_TOKEN: 'planted-job-session-0123456789',
  RECORDINGS_ENVIRONMENT: ENVIRONMENT,
  AWS_ACCOUNT_ID: ACCOUNT,
  AWS_REGION: 'us-east-1',
  AWS_DEPLOY_ROLE_ARN: `arn:aws:iam::${ACCOUNT}:role/deploy`,
  AWS_CHECK_ROLE_ARN: `arn:aws:iam::${ACCOUNT}:role/check`,
  CDK_QUALIFIER: 'tavusrec',
  AZURE_TENANT_ID: GUID,
  AZURE_SUBSCRIPTION_ID: GUID,
  AZURE_DEPLOY_CLIENT_ID: GUID,
  AZURE_CHECK_CLIENT_ID: GUID,
  AZURE_RESOURCE_GROUP: 'recordings',
  PULUMI_BACKEND_URL: 'azblob://state?storage_account=recordingsstate',
  PULUMI_SECRETS_PROVIDER: SECRETS_PROVIDER,
  TAVUS_REPLICA_ID: 'r79e1c033f',
  TAVUS_ENABLE_RECORDING: 'true',
  ...SECRETS,
};

export const CDK_JSON = {
  context: {
    environments: { [ENVIRONMENT]: { permissionsBoundary: 'tavus-recordings-tavusrec-role-boundary' } },
  },
};

export const STACK_FILE = `secretsprovider: ${SECRETS_PROVIDER}\nencryptedkey: AbCd\nconfig:\n  tavus-recordings:location: westeurope\n`;

/** A folder with the committed files; `remove` deletes it. */
export function checkout(): { readonly root: string; readonly remove: () => void } {
  const root = mkdtempSync(path.join(tmpdir(), 'deploy-test-'));
  writeFileSync(path.join(root, 'cdk.json'), JSON.stringify(CDK_JSON));
  writeFileSync(path.join(root, `Pulumi.${ENVIRONMENT}.yaml`), STACK_FILE);
  mkdirSync(path.join(root, '.local', 'deploy', 'cdk.out'), { recursive: true });
  writeFileSync(path.join(root, '.local', 'deploy', 'image.tar'), '');
  mkdirSync(path.join(root, 'app'));
  writeFileSync(path.join(root, 'app', 'Dockerfile'), `FROM docker.io/library/node:24@${DIGEST} AS build\n`);
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** A program's results, by the beginning of its command line; the longest match wins. */
export type ProgramAnswers = Readonly<Record<string, (command: Command) => Partial<CommandResult>>>;

const NO_CHANGES: ChangeSet = {
  id: 'arn:aws:cloudformation:us-east-1:111122223333:changeSet/ci-4711-2/1bf9',
  status: 'FAILED',
  reason:
    "The submitted information didn't contain changes. Submit different information to create a change set.",
  changes: [],
};

/** A resource in sync with its template. */
export const IN_SYNC: StackResourceDrift = {
  StackId: 'id',
  Timestamp: new Date(0),
  LogicalResourceId: 'RecordingsBucketAA52F499',
  ResourceType: 'AWS::S3::Bucket',
  StackResourceDriftStatus: 'IN_SYNC',
};

const SAME: StackTemplate = { Resources: {} };

export interface FakeJobOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly answers?: ProgramAnswers;
  readonly changeSet?: Partial<ChangeSet>;
  /** The stack's templates, deployed and new. @default the same */
  readonly templates?: { readonly before: StackTemplate | undefined; readonly after: StackTemplate };
  /** @default 'UPDATE_COMPLETE' */
  readonly stackStatus?: string;
  readonly aws?: Partial<AwsCalls>;
  readonly statusOf?: JobContext['statusOf'];
}

export interface FakeJob {
  readonly context: JobContext;
  readonly root: string;
  readonly commands: readonly Command[];
  /** Command lines and direct requests to AWS, in order. */
  readonly done: () => readonly string[];
  readonly log: () => string;
  readonly summary: () => string;
}

export const asJson =
  (value: unknown): (() => Partial<CommandResult>) =>
  () => ({ stdout: JSON.stringify(value) });

/** Output of the doctor if all checks pass. */
export const NO_PROBLEMS = {
  totals: { ok: 3 },
  checks: [{ id: 'a', status: 'ok', found: 'yes', fix: null }],
};

/** A fake context in which every step succeeds, and no program really runs. */
export function fakeJobIn(root: string, options: FakeJobOptions = {}): FakeJob {
  const commands: Command[] = [];
  const done: string[] = [];
  const written: string[] = [];
  const summarized: string[] = [];
  const { env = ENV, templates = { before: SAME, after: SAME } } = options;
  const { before, after } = templates;
  const assembly = path.join(root, '.local', 'deploy', 'cdk.out');
  const image = `${REGISTRY}/tavus-recordings@${DIGEST}`;
  const answers: ProgramAnswers = {
    'hand-over': () => {
      const entry = { [`TavusRecordings-${ENVIRONMENT}`]: handedOver(ENVIRONMENT) };
      writeFileSync(path.join(root, 'cdk-outputs.json'), JSON.stringify(entry));
      return {};
    },
    'cdk synth': () => {
      writeFileSync(
        path.join(assembly, `TavusRecordings-${ENVIRONMENT}.template.json`),
        JSON.stringify(after),
      );
      return {};
    },
    'pulumi stack output': asJson({ registry: REGISTRY, url: LIVE_URL, image }),
    'pulumi preview': asJson({ steps: [] }),
    'docker inspect': () => ({ stdout: `other.example/x@${DIGEST}\n${image}\n` }),
    'az rest': asJson({
      properties: {
        latestRevisionName: 'r2',
        latestReadyRevisionName: 'r2',
        template: { containers: [{ image }] },
      },
    }),
    doctor: asJson(NO_PROBLEMS),
    ...options.answers,
  };
  const run: JobContext['run'] = async (command) => {
    commands.push(command);
    const line = [command.program, ...command.args].join(' ');
    done.push(line);
    const best = Object.keys(answers)
      .filter((beginning) => line.startsWith(beginning))
      .toSorted((a, b) => b.length - a.length)[0];
    return { code: 0, stdout: '', stderr: '', ...(best === undefined ? {} : answers[best]?.(command)) };
  };
  const credentials = (role: string): CredentialVariables => ({
    AWS_ACCESS_KEY_ID: `ASIA${role}`,
    AWS_SECRET_ACCESS_KEY: `planted-${role}-key-0123456789`,
    AWS_SESSION_TOKEN: `planted-${role}-session-0123456789`,
  });
  const noted = <T>(text: string, answer: T): Promise<T> => {
    done.push(text);
    return Promise.resolve(answer);
  };
  const aws: AwsCalls = {
    assume: (arn) => noted(`assume ${arn}`, credentials(/-(deploy|lookup)-role-/.exec(arn)?.[1] ?? 'no')),
    describeChangeSet: (_, stack, name) =>
      noted(`describe ${stack} ${name}`, { ...NO_CHANGES, ...options.changeSet }),
    deleteChangeSet: (_, stack, id) => noted(`discard ${stack} ${id}`, undefined),
    stack: (_, stack) =>
      noted(`look at ${stack}`, {
        status: options.stackStatus ?? 'UPDATE_COMPLETE',
        isProtected: true,
        region: 'us-east-1',
      }),
    template: (_, stack) => noted(`template of ${stack}`, before && JSON.stringify(before)),
    describeDrifts: (_, stack) => noted(`drifts of ${stack}`, [IN_SYNC]),
    ...options.aws,
  };
  return {
    root,
    commands,
    context: {
      env,
      root,
      run,
      aws,
      statusOf: options.statusOf ?? (() => Promise.resolve(200)),
      pause: () => Promise.resolve(),
      report: new JobReport({
        log: { write: (text) => written.push(text) },
        summarize: (markdown) => summarized.push(markdown),
        isOnGithub: isOnGithub(env),
      }),
    },
    done: () => done,
    log: () => written.join(''),
    summary: () => summarized.join(''),
  };
}

/** ENV with changes; undefined removes a value. */
export const changed = (change: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries({ ...ENV, ...change }).filter(([, value]) => value !== undefined));

/** Runs a job with a fake context; `message` is the reason why it stopped. */
export async function ran(
  job: (context: JobContext) => Promise<void>,
  root: string,
  options: FakeJobOptions = {},
): Promise<{ readonly fake: FakeJob; readonly message: string }> {
  const fake = fakeJobIn(root, options);
  const error: unknown = await job(fake.context).then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  return { fake, message: error instanceof Error ? error.message : String(error) };
}
