import * as z from 'zod';
import { accountId, accountOfRole, bucketName, maskArn, region, roleArn } from './aws-values';
import { outputId } from './names';
import type { AwsSetting } from './settings';
import { isUtf16, withoutByteOrderMark } from './text-encoding';

/** Grows whenever a reader of an older hand-over could misunderstand a newer one. */
export const CONTRACT_VERSION = '1';

/** Environment of the laptop cloud, whose values mean nothing to a real one. */
export const LAPTOP_ENVIRONMENT = 'laptop';

/** What tells a hand-over's reader whose values these are; ids of CloudFormation outputs. */
export const IDENTITY_OUTPUTS = {
  environment: 'Environment',
  account: 'Account',
  region: 'Region',
  contractVersion: 'ContractVersion',
} as const;

/** Name of an environment's CloudFormation stack. */
export const stackName = (environment: string): string => `TavusRecordings-${environment}`;

/** Everything that the deployed stack tells the backend, checked. */
export interface HandOver {
  readonly environment: string;
  /** The AWS account that owns bucket and role. */
  readonly account: string;
  readonly region: string;
  readonly settings: Readonly<Record<AwsSetting, string>>;
}

export interface HandOverReader {
  /** The environment whose entry is wanted. */
  readonly environment: string;
  /** Only the laptop cloud itself accepts its own values. @default false */
  readonly acceptLaptop?: boolean;
}

/** All that is wrong with a hand-over. */
export class HandOverError extends Error {
  override readonly name = 'HandOverError';
  constructor(
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super(
      `The hand-over from AWS cannot be used:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
      options,
    );
  }
}

const SETTING_SCHEMAS = {
  TAVUS_RECORDING_S3_BUCKET_NAME: bucketName,
  TAVUS_RECORDING_S3_BUCKET_REGION: region,
  TAVUS_AWS_ASSUME_ROLE_ARN: roleArn,
} satisfies Record<AwsSetting, z.ZodType<string>>;

/** Schemas of one stack's outputs, by output id. */
const OUTPUT_SCHEMAS: Readonly<Record<string, z.ZodType<string>>> = {
  ...Object.fromEntries(Object.entries(SETTING_SCHEMAS).map(([name, schema]) => [outputId(name), schema])),
  [IDENTITY_OUTPUTS.environment]: z.string(),
  [IDENTITY_OUTPUTS.account]: accountId,
  [IDENTITY_OUTPUTS.region]: region,
  [IDENTITY_OUTPUTS.contractVersion]: z.string(),
};

const FILE = z.record(z.string(), z.record(z.string(), z.unknown()));

const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : maskArn(JSON.stringify(value)).slice(0, 120);

/**
 * Reads what `cdk deploy` wrote to its outputs file and picks one environment's entry.
 *
 * @param text the file's content: `{"TavusRecordings-<environment>": {"<output id>": "<value>"}}`
 * @throws HandOverError naming every problem at once; ARNs in it are masked
 */
export function parseHandOver(text: string, reader: HandOverReader): HandOver {
  const stack = stackName(reader.environment);
  const deploy = `Run \`npx cdk deploy ${stack}\``;
  if (reader.environment === LAPTOP_ENVIRONMENT && reader.acceptLaptop !== true) {
    throw new HandOverError([
      `environment: ${LAPTOP_ENVIRONMENT} is the laptop cloud, got its hand-over. Its bucket and role exist in no AWS account. ` +
        'Name a deployed environment.',
    ]);
  }
  const outputs = readOutputs(text, stack, deploy);
  const problems = [...outputProblems(outputs, deploy), ...identityProblems(outputs, reader.environment)];
  if (problems.length > 0) throw new HandOverError(problems);

  const value = (id: string): string => String(outputs[id]);
  return {
    environment: value(IDENTITY_OUTPUTS.environment),
    account: value(IDENTITY_OUTPUTS.account),
    region: value(IDENTITY_OUTPUTS.region),
    settings: {
      TAVUS_RECORDING_S3_BUCKET_NAME: value(outputId('TAVUS_RECORDING_S3_BUCKET_NAME')),
      TAVUS_RECORDING_S3_BUCKET_REGION: value(outputId('TAVUS_RECORDING_S3_BUCKET_REGION')),
      TAVUS_AWS_ASSUME_ROLE_ARN: value(outputId('TAVUS_AWS_ASSUME_ROLE_ARN')),
    },
  };
}

function readOutputs(text: string, stack: string, deploy: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') {
    throw new HandOverError([`file: is empty, got nothing. No value can be read from it. ${deploy}.`]);
  }
  if (isUtf16(text)) {
    throw new HandOverError([
      `file: is saved as UTF-16, got zero bytes in it. No value can be read from it. Save it as "UTF-8". ${deploy}.`,
    ]);
  }
  let json: unknown;
  try {
    json = JSON.parse(withoutByteOrderMark(text));
  } catch (cause) {
    throw new HandOverError(
      [
        `file: is not JSON, got ${text.length} characters of something else. No value can be read from it. ${deploy}.`,
      ],
      { cause },
    );
  }
  const file = FILE.safeParse(json);
  if (!file.success) {
    throw new HandOverError([
      `file: is not an outputs file, got ${shown(json)}. It must be an object of stacks, each an object of outputs. ${deploy}.`,
    ]);
  }
  const outputs = file.data[stack];
  if (outputs === undefined) {
    const found = Object.keys(file.data);
    throw new HandOverError([
      `${stack}: is not in the file, got ${found.length > 0 ? found.join(', ') : 'no stack at all'}. ` +
        `The values of another stack belong to another bucket. ${deploy}.`,
    ]);
  }
  return outputs;
}

function outputProblems(outputs: Readonly<Record<string, unknown>>, deploy: string): string[] {
  return Object.entries(OUTPUT_SCHEMAS).flatMap(([id, schema]) => {
    const value = outputs[id];
    if (value === undefined || value === '') {
      return [`${id}: missing, got nothing. Without it no recording can be stored. ${deploy}.`];
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return [];
    const [issue] = parsed.error.issues;
    const what = issue?.code === 'custom' ? issue.message : 'is not text';
    return [`${id}: ${what}, got ${shown(value)}. A recording sent there would be lost. ${deploy}.`];
  });
}

/** What only shows when the outputs are held against the reader and against each other. */
function identityProblems(outputs: Readonly<Record<string, unknown>>, environment: string): string[] {
  const text = (id: string): string | undefined => {
    const value = outputs[id];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const problems: string[] = [];
  const differs = (id: string, expected: string | undefined, why: string, fix: string): void => {
    const found = text(id);
    if (found !== undefined && expected !== undefined && found !== expected) {
      problems.push(`${id}: is not ${shown(expected)}, got ${shown(found)}. ${why} ${fix}`);
    }
  };
  const redeploy = 'Write the file again from the deployed stack.';
  differs(
    IDENTITY_OUTPUTS.environment,
    environment,
    'Two environments never share a bucket.',
    'Use the hand-over of this environment.',
  );
  differs(
    IDENTITY_OUTPUTS.contractVersion,
    CONTRACT_VERSION,
    'Its values may mean something else than this version reads into them.',
    'Deploy both sides from one version of this project.',
  );
  const roleAccount = accountOfRole(text(outputId('TAVUS_AWS_ASSUME_ROLE_ARN')) ?? '');
  differs(IDENTITY_OUTPUTS.account, roleAccount, 'The role belongs to another account.', redeploy);
  differs(
    outputId('TAVUS_RECORDING_S3_BUCKET_REGION'),
    text(IDENTITY_OUTPUTS.region),
    'The bucket is where its stack is, and Tavus fails silently on another region.',
    redeploy,
  );
  return problems;
}
