import { CreateRoleCommand, GetRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ClientOptions } from '../../local/aws/clients';
import type { Command } from './guide';

/** Options of every command of the AWS CLI, which are no parameters of the call. */
const OF_THE_CLI = new Set(['region', 'query', 'output']);
/** Parameters that are JSON as text, where the others are JSON as such. */
const TEXTS = new Set(['Policy', 'PolicyDocument', 'AssumeRolePolicyDocument']);
const NUMBERS = new Set(['MaxSessionDuration']);

/** What AWS answered to a command, as far as a guide goes on with it. */
export interface Answer {
  readonly roleArn?: string | undefined;
}

/** Runs commands of the AWS CLI by the SDK: it names calls and parameters as the CLI does, in another spelling. */
export class AwsCommands {
  private readonly s3: S3Client;
  private readonly iam: IAMClient;

  /** @param files what `file://` finds, by name */
  constructor(
    options: ClientOptions,
    private readonly files: Readonly<Record<string, string>>,
  ) {
    this.s3 = new S3Client(options);
    this.iam = new IAMClient(options);
  }

  /** @throws for a command that is not known, or what AWS answered */
  async run(words: Command): Promise<Answer> {
    const [program, service, operation] = words;
    const call = CALLS[`${service} ${operation}`];
    if (program !== 'aws' || call === undefined)
      throw new Error(`${words.join(' ')}: cannot be run by the SDK.`);
    return call({ s3: this.s3, iam: this.iam }, this.parameters(words.slice(3)));
  }

  close(): void {
    this.s3.destroy();
    this.iam.destroy();
  }

  /** `--a-name value` as `{AName: value}`. */
  private parameters(words: readonly string[]): Parameters {
    const input: Record<string, unknown> = {};
    for (let at = 0; at < words.length; at += 2) {
      const name = words[at]?.replace(/^--/, '') ?? '';
      if (OF_THE_CLI.has(name)) continue;
      const parameter = name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
      input[parameter] = this.value(parameter, words[at + 1] ?? '');
    }
    return input;
  }

  private value(parameter: string, word: string): unknown {
    if (NUMBERS.has(parameter)) return Number(word);
    if (!word.startsWith('file://')) return word;
    const file = this.files[word.slice('file://'.length)];
    if (file === undefined) throw new Error(`${word}: the guide shows no such file.`);
    return TEXTS.has(parameter) ? file : JSON.parse(file);
  }
}

type Parameters = Readonly<Record<string, unknown>>;
type Clients = Readonly<{ s3: S3Client; iam: IAMClient }>;
type Call = (clients: Clients, parameters: Parameters) => Promise<Answer>;

/** Parameters as the guide has them: AWS, not the compiler, is to say what is wrong with them. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters -- see above
const unjudged = <Input>(parameters: Parameters): Input => parameters as Input;

const done = async (request: Promise<unknown>): Promise<Answer> => {
  await request;
  return {};
};

/** The calls that the guides make, by the CLI's names. */
const CALLS: Readonly<Record<string, Call>> = {
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
  'iam create-role': ({ iam }, given) => done(iam.send(new CreateRoleCommand(unjudged(given)))),
  'iam put-role-policy': ({ iam }, given) => done(iam.send(new PutRolePolicyCommand(unjudged(given)))),
  'iam get-role': async ({ iam }, given) => {
    const { Role: role } = await iam.send(new GetRoleCommand(unjudged(given)));
    return { roleArn: role?.Arn };
  },
};
