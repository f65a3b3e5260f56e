import * as z from 'zod';
import { accountId, accountOfRole, region } from './aws-values';
import { outputId } from './names';
import { formatValue, problem, ProblemsError } from './problem';
import { AWS_SETTINGS, SETTINGS, STORAGE_SETTINGS, type AwsValues } from './settings';
import { isUtf16, withoutByteOrderMark } from './text-encoding';

/** Raised when older code could misread a newer hand-over. */
export const CONTRACT_VERSION = '1';

/** Environment of the laptop cloud. Its values exist in no real cloud. */
export const LAPTOP_ENVIRONMENT = 'laptop';

/** CloudFormation output ids that identify the stack of a hand-over. */
export const IDENTITY_OUTPUTS = {
  environment: 'Environment',
  account: 'Account',
  region: 'Region',
  contractVersion: 'ContractVersion',
} as const;

/** Output of a stack with an existing bucket in another region. */
export const EXISTING_BUCKET_REGION_OUTPUT = 'ExistingBucketRegion';

/** Name of an environment's CloudFormation stack. */
export const stackName = (environment: string): string => `TavusRecordings-${environment}`;

/** The values of the deployed stack for the backend, checked. */
export interface HandOver {
  readonly environment: string;
  /** The AWS account that owns bucket and role. */
  readonly account: string;
  readonly region: string;
  readonly settings: AwsValues<string>;
}

export interface HandOverReader {
  /** The environment to read. */
  readonly environment: string;
  /** Only the laptop cloud itself accepts its own values. @default false */
  readonly acceptLaptop?: boolean;
}

/** The error about a hand-over that cannot be used. */
export const handOverError = (problems: readonly string[], options?: ErrorOptions): ProblemsError =>
  new ProblemsError(problems, { ...options, title: 'The hand-over from AWS cannot be used' });

/** Schemas of one stack's outputs, by output id. */
const OUTPUT_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  ...Object.fromEntries(AWS_SETTINGS.map((name) => [outputId(name), SETTINGS[name].schema])),
  [IDENTITY_OUTPUTS.environment]: z.string(),
  [IDENTITY_OUTPUTS.account]: accountId,
  [IDENTITY_OUTPUTS.region]: region,
  [IDENTITY_OUTPUTS.contractVersion]: z.string(),
};

const FILE = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Outputs of every stack. The others are missing from stacks of older versions and from stacks without the resource. */
const NEEDED_OUTPUTS: ReadonlySet<string> = new Set([
  ...STORAGE_SETTINGS.map(outputId),
  ...Object.values(IDENTITY_OUTPUTS),
]);

/**
 * Reads one environment's entry of the outputs file of `cdk deploy`.
 *
 * @param text the file's content: `{"TavusRecordings-<environment>": {"<output id>": "<value>"}}`
 * @throws ProblemsError with all problems; ARNs are masked
 */
export function parseHandOver(text: string, reader: HandOverReader): HandOver {
  const stack = stackName(reader.environment);
  const deploy = `Run \`npx cdk deploy ${stack}\`.`;
  if (reader.environment === LAPTOP_ENVIRONMENT && reader.acceptLaptop !== true) {
    throw handOverError([
      problem({
        name: 'environment',
        wrong: `${LAPTOP_ENVIRONMENT} is the laptop cloud`,
        got: 'its hand-over',
        why: 'Its bucket and role exist in no AWS account.',
        fix: 'Use the name of a deployed environment.',
      }),
    ]);
  }
  const outputs = readOutputs(text, stack, deploy);
  const problems = [...outputProblems(outputs, deploy), ...identityProblems(outputs, reader.environment)];
  if (problems.length > 0) throw handOverError(problems);

  const value = (id: string): string => String(outputs[id]);
  return {
    environment: value(IDENTITY_OUTPUTS.environment),
    account: value(IDENTITY_OUTPUTS.account),
    region: value(IDENTITY_OUTPUTS.region),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not keep the keys
    settings: Object.fromEntries(
      AWS_SETTINGS.filter((name) => outputs[outputId(name)] !== undefined).map((name) => [
        name,
        value(outputId(name)),
      ]),
    ) as HandOver['settings'],
  };
}

function readOutputs(text: string, stack: string, deploy: string): Readonly<Record<string, unknown>> {
  const unusable = (wrong: string, got: string, why: string): string =>
    problem({ name: 'file', wrong, got, why, fix: deploy });
  const unread = 'Its values cannot be read.';
  if (text.trim() === '') throw handOverError([unusable('is empty', 'nothing', unread)]);
  if (isUtf16(text)) {
    throw handOverError([
      unusable('is saved as UTF-16', 'zero bytes in it', `${unread} Save it as "UTF-8".`),
    ]);
  }
  let json: unknown;
  try {
    json = JSON.parse(withoutByteOrderMark(text));
  } catch (cause) {
    const got = `${text.length} characters`;
    throw handOverError([unusable('is not JSON', got, unread)], { cause });
  }
  const file = FILE.safeParse(json);
  if (!file.success) {
    const why = 'It must map stacks to outputs, and outputs to values.';
    throw handOverError([unusable('is not an outputs file', formatValue(json), why)]);
  }
  const outputs = file.data[stack];
  if (outputs === undefined) {
    throw handOverError([
      problem({
        name: stack,
        wrong: 'is not in the file',
        got: Object.keys(file.data).join(', ') || 'no stack at all',
        why: 'The values of another stack belong to another bucket.',
        fix: deploy,
      }),
    ]);
  }
  return outputs;
}

function outputProblems(outputs: Readonly<Record<string, unknown>>, fix: string): string[] {
  return Object.entries(OUTPUT_SCHEMAS).flatMap(([name, schema]) => {
    const value = outputs[name];
    if (value === undefined && !NEEDED_OUTPUTS.has(name)) return [];
    if (value === undefined || value === '') {
      const why = 'No recording can be stored without it.';
      return [problem({ name, wrong: 'missing', got: 'nothing', why, fix })];
    }
    const issue = schema.safeParse(value).error?.issues[0];
    if (issue === undefined) return [];
    const wrong = issue.code === 'custom' ? issue.message : 'is not text';
    const why = 'Recordings would be lost.';
    return [problem({ name, wrong, got: formatValue(value), why, fix })];
  });
}

/** Problems between outputs: another environment, version, account or region. */
function identityProblems(outputs: Readonly<Record<string, unknown>>, environment: string): string[] {
  const text = (id: string): string | undefined => {
    const value = outputs[id];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const problems: string[] = [];
  const differs = (id: string, expected: string | undefined, why: string, fix: string): void => {
    const found = text(id);
    if (found !== undefined && expected !== undefined && found !== expected) {
      const wrong = `is not ${formatValue(expected)}`;
      problems.push(problem({ name: id, wrong, got: formatValue(found), why, fix }));
    }
  };
  const redeploy = 'Write the file again from the deployed stack.';
  differs(
    IDENTITY_OUTPUTS.environment,
    environment,
    'Recordings would land in the bucket of another environment.',
    'Use the hand-over of this environment.',
  );
  differs(
    IDENTITY_OUTPUTS.contractVersion,
    CONTRACT_VERSION,
    'Its values may have another meaning in this version.',
    'Deploy both sides from one version of this project.',
  );
  const roleAccount = accountOfRole(text(outputId('TAVUS_AWS_ASSUME_ROLE_ARN')) ?? '');
  differs(IDENTITY_OUTPUTS.account, roleAccount, 'The role belongs to another account.', redeploy);
  differs(
    outputId('TAVUS_RECORDING_S3_BUCKET_REGION'),
    text(EXISTING_BUCKET_REGION_OUTPUT) ?? text(IDENTITY_OUTPUTS.region),
    "With a region other than the bucket's, Tavus fails silently.",
    "If the bucket is not in its stack's region, set existingBucketRegion in cdk.json and deploy. Otherwise write the file again from the deployed stack.",
  );
  return problems;
}
