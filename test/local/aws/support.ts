import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { CreateStackCommandInput } from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { setTimeout as pause } from 'node:timers/promises';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import type { EmulatorCredentials } from '../../../local/aws/clients';
import { startEmulator } from '../../../local/aws/emulator';
import type { Emulator, EmulatorProps } from '../../../local/aws/emulator';

export const ROOT = resolve(__dirname, '../../..');
export const CACHE = join(ROOT, '.local', 'cache');
export const OWNER = '111122223333';
/** Account of Tavus's storage partner. Not imported, but repeated from its documentation. */
export const VENDOR = '291871421005';
export const REGION = 'us-east-1';

/** An emulator for one test file. `stop` also removes its directory. */
export interface TestEmulator {
  readonly emulator: Emulator;
  readonly directory: string;
  readonly stop: () => Promise<void>;
}

export async function startTestEmulator(
  options: Pick<EmulatorProps, 'issuerKeys' | 'frontPort'> = {},
): Promise<TestEmulator> {
  const directory = await mkdtemp(join(tmpdir(), 'emulator-test-'));
  const emulator = await startEmulator({
    directory,
    cacheDirectory: CACHE,
    account: OWNER,
    region: REGION,
    ...options,
    report: () => undefined,
  });
  return {
    emulator,
    directory,
    stop: async () => {
      await emulator.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A resource of a CloudFormation template. */
export interface TemplateResource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export type TemplateResources = Readonly<Record<string, TemplateResource>>;

type StackOptions = Omit<CreateStackCommandInput, 'StackName' | 'TemplateBody'>;

/** Creates stacks with root credentials, through CloudFormation's API. */
export class Stacks {
  public readonly client: CloudFormationClient;

  public constructor(emulator: Emulator) {
    this.client = new CloudFormationClient(clientOptions(emulator, rootOf(emulator, emulator.account)));
  }

  /** @throws with the reason of the failed resource when the stack is rolled back */
  public async create(name: string, resources: TemplateResources, options: StackOptions = {}): Promise<void> {
    const TemplateBody = JSON.stringify({ Resources: resources });
    await this.client.send(
      new CreateStackCommand({
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        ...options,
        StackName: name,
        TemplateBody,
      }),
    );
    const status = await this.settled(name);
    if (status !== 'CREATE_COMPLETE') throw new Error(`${status}: ${await this.failure(name)}`);
  }

  /** Waits for the stack. @returns its final status */
  public async settled(name: string): Promise<string> {
    for (;;) {
      const { Stacks: found } = await this.client.send(new DescribeStacksCommand({ StackName: name }));
      const status = found?.[0]?.StackStatus ?? 'gone';
      if (!status.endsWith('_IN_PROGRESS')) return status;
      await pause(20);
    }
  }

  /** Reason of the last failed resource. */
  public async failure(name: string): Promise<string> {
    const { StackEvents = [] } = await this.client.send(new DescribeStackEventsCommand({ StackName: name }));
    const failed = StackEvents.find(
      (event) =>
        event.ResourceStatus?.endsWith('_FAILED') && event.ResourceType !== 'AWS::CloudFormation::Stack',
    );
    return failed?.ResourceStatusReason ?? 'no resource failed';
  }
}

/** Parameters of an AssumeRole; an ExternalId of `null` is omitted. */
export interface Assumption {
  readonly account?: string;
  readonly role?: string;
  readonly externalId?: string | null;
  readonly seconds?: number;
}

/** Assumes the role `tavus` as the vendor does, with changes. */
export async function assume(emulator: Emulator, how: Assumption = {}): Promise<EmulatorCredentials> {
  const sts = new STSClient(clientOptions(emulator, rootOf(emulator, how.account ?? VENDOR)));
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${OWNER}:role/${how.role ?? 'tavus'}`,
      RoleSessionName: 'test',
      ...(how.externalId === null ? {} : { ExternalId: how.externalId ?? 'tavus' }),
      ...(how.seconds === undefined ? {} : { DurationSeconds: how.seconds }),
    }),
  );
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  };
}

/** AWS's error code, or `allowed`. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'allowed';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
