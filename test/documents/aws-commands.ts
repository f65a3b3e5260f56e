import { CloudFormationClient, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateRoleCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteBucketReplicationCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ClientOptions } from '../../local/aws/clients';
import type { GuideCommand } from './guide';

/** Global options of the AWS CLI, which are not parameters of the call. */
const OF_THE_CLI = new Set(['region', 'query', 'output']);
/** Parameters that the API takes as JSON text, not as objects. */
const TEXTS = new Set(['Policy', 'PolicyDocument', 'AssumeRolePolicyDocument']);
const NUMBERS = new Set(['MaxSessionDuration']);

/** The parts of AWS's response that a guide uses. */
export interface CommandAnswer {
  readonly roleArn?: string | undefined;
}

/** Runs commands of the AWS CLI with the SDK, whose calls and parameters have the same names in another spelling. */
export class AwsCommands {
  private readonly s3: S3Client;
  private readonly iam: IAMClient;
  private readonly cloudFormation: CloudFormationClient;

  /** @param files content of `file://` references, by name */
  constructor(
    options: ClientOptions,
    private readonly files: Readonly<Record<string, string>>,
  ) {
    this.s3 = new S3Client(options);
    this.iam = new IAMClient(options);
    this.cloudFormation = new CloudFormationClient(options);
  }

  /** @throws for an unknown command, or AWS's error */
  async run(words: GuideCommand): Promise<CommandAnswer> {
    const [program, service, operation] = words;
    const call = CALLS[`${service} ${operation}`];
    if (program !== 'aws' || call === undefined)
      throw new Error(`${words.join(' ')}: cannot be run by the SDK.`);
    const { s3, iam, cloudFormation } = this;
    return call({ s3, iam, cloudFormation }, this.parameters(words.slice(3)));
  }

  close(): void {
    this.s3.destroy();
    this.iam.destroy();
    this.cloudFormation.destroy();
  }

  /** `--a-name value` as `{AName: value}`, `--no-a-name` as `{AName: false}`. */
  private parameters(words: readonly string[]): Parameters {
    const input: Record<string, unknown> = {};
    const parameterOf = (name: string): string =>
      name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    for (let at = 0; at < words.length; at += 1) {
      const [, no, name = ''] = /^--(no-)?(.*)$/.exec(words[at] ?? '') ?? [];
      if (no !== undefined) {
        input[parameterOf(name)] = false;
        continue;
      }
      at += 1;
      if (!OF_THE_CLI.has(name)) input[parameterOf(name)] = this.value(parameterOf(name), words[at] ?? '');
    }
    return input;
  }

  private value(parameter: string, word: string): unknown {
    if (NUMBERS.has(parameter)) return Number(word);
    if (/^[A-Z]\w*=/.test(word)) return shorthand(word);
    if (!word.startsWith('file://')) return word;
    const file = this.files[word.slice('file://'.length)];
    if (file === undefined) throw new Error(`${word}: the guide shows no such file.`);
    return TEXTS.has(parameter) ? file : JSON.parse(file);
  }
}

/**
 * The CLI's short form of JSON: `A=x,B=[{C=y}]`.
 * @see https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html (read 2026-11-28)
 */
export function shorthand(text: string): unknown {
  let at = 0;
  const members = (end: string): Record<string, unknown> => {
    const found: Record<string, unknown> = {};
    while (at < text.length && text[at] !== end) {
      const equals = text.indexOf('=', at);
      const name = text.slice(at, equals);
      at = equals + 1;
      found[name] = value();
      if (text[at] === ',') at += 1;
    }
    at += 1;
    return found;
  };
  const value = (): unknown => {
    if (text[at] === '{') {
      at += 1;
      return members('}');
    }
    if (text[at] === '[') {
      at += 1;
      const items: unknown[] = [];
      while (text[at] !== ']') {
        items.push(value());
        if (text[at] === ',') at += 1;
      }
      at += 1;
      return items;
    }
    const [word = ''] = /^[^,\]}]*/.exec(text.slice(at)) ?? [];
    at += word.length;
    return word === 'true' || word === 'false' ? word === 'true' : word;
  };
  return members('');
}

type Parameters = Readonly<Record<string, unknown>>;
type Clients = Readonly<{ s3: S3Client; iam: IAMClient; cloudFormation: CloudFormationClient }>;
type SdkCall = (clients: Clients, parameters: Parameters) => Promise<CommandAnswer>;

/** Parameters as in the guide: AWS checks them, not the compiler. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters -- see above
const unjudged = <Input>(parameters: Parameters): Input => parameters as Input;

const done = async (request: Promise<unknown>): Promise<CommandAnswer> => {
  await request;
  return {};
};

/** The calls in the guides and in the doctor's fixes, by the CLI's names. */
const CALLS: Readonly<Record<string, SdkCall>> = {
  's3api create-bucket': ({ s3 }, given) => done(s3.send(new CreateBucketCommand(unjudged(given)))),
  's3api put-public-access-block': ({ s3 }, given) =>
    done(s3.send(new PutPublicAccessBlockCommand(unjudged(given)))),
  's3api put-bucket-ownership-controls': ({ s3 }, given) =>
    done(s3.send(new PutBucketOwnershipControlsCommand(unjudged(given)))),
  's3api put-bucket-encryption': ({ s3 }, given) =>
    done(s3.send(new PutBucketEncryptionCommand(unjudged(given)))),
  's3api put-bucket-versioning': ({ s3 }, given) =>
    done(s3.send(new PutBucketVersioningCommand(unjudged(given)))),
  's3api put-bucket-lifecycle-configuration': ({ s3 }, given) =>
    done(s3.send(new PutBucketLifecycleConfigurationCommand(unjudged(given)))),
  's3api put-bucket-policy': ({ s3 }, given) => done(s3.send(new PutBucketPolicyCommand(unjudged(given)))),
  's3api put-bucket-logging': ({ s3 }, given) => done(s3.send(new PutBucketLoggingCommand(unjudged(given)))),
  's3api put-object-lock-configuration': ({ s3 }, given) =>
    done(s3.send(new PutObjectLockConfigurationCommand(unjudged(given)))),
  's3api delete-bucket-replication': ({ s3 }, given) =>
    done(s3.send(new DeleteBucketReplicationCommand(unjudged(given)))),
  'iam update-assume-role-policy': ({ iam }, given) =>
    done(iam.send(new UpdateAssumeRolePolicyCommand(unjudged(given)))),
  'iam update-role': ({ iam }, given) => done(iam.send(new UpdateRoleCommand(unjudged(given)))),
  'cloudformation update-termination-protection': ({ cloudFormation }, given) =>
    done(cloudFormation.send(new UpdateTerminationProtectionCommand(unjudged(given)))),
  'iam create-role': ({ iam }, given) => done(iam.send(new CreateRoleCommand(unjudged(given)))),
  'iam put-role-policy': ({ iam }, given) => done(iam.send(new PutRolePolicyCommand(unjudged(given)))),
  'iam get-role': async ({ iam }, given) => {
    const { Role: role } = await iam.send(new GetRoleCommand(unjudged(given)));
    return { roleArn: role?.Arn };
  },
};
