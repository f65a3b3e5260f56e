import * as z from 'zod';
import { accountId, accountOfRole, region } from './aws-values';
import { outputId } from './names';
import { formatValue, problem, ProblemsError } from './problem';
import { AWS_SETTINGS, SETTINGS, STORAGE_SETTINGS, type AwsValues } from './settings';
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

/** Output of a stack whose bucket was there before, in a region of its own. */
export const EXISTING_BUCKET_REGION_OUTPUT = 'ExistingBucketRegion';

/** Name of an environment's CloudFormation stack. */
export const stackName = (environment: string): string => `TavusRecordings-${environment}`;

/** Everything that the deployed stack tells the backend, checked. */
export interface HandOver {
  readonly environment: string;
  /** The AWS account that owns bucket and role. */
  readonly account: string;
  readonly region: string;
  readonly settings: AwsValues<string>;
}

export interface HandOverReader {
  /** The environment whose entry is wanted. */
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

/** A stack that an older version deployed, or one without what they describe, does not have the others. */
const NEEDED_OUTPUTS: ReadonlySet<string> = new Set([
  ...STORAGE_SETTINGS.map(outputId),
  ...Object.values(IDENTITY_OUTPUTS),
]);

/**
 * Reads what `cdk deploy` wrote to its outputs file and picks one environment's entry.
 *
 * @param text the file's content: `{"TavusRecordings-<environment>": {"<output id>": "<value>"}}`
 * @throws ProblemsError naming every problem at once; ARNs in it are masked
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
        fix: 'Name a deployed environment.',
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
  const unread = 'No value can be read from it.';
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
    const got = `${text.length} characters of something else`;
    throw handOverError([unusable('is not JSON', got, unread)], { cause });
  }
  const file = FILE.safeParse(json);
  if (!file.success) {
    const why = 'It must be an object of stacks, each an object of outputs.';
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
      const why = 'Without it no recording can be stored.';
      return [problem({ name, wrong: 'missing', got: 'nothing', why, fix })];
    }
    const issue = schema.safeParse(value).error?.issues[0];
    if (issue === undefined) return [];
    const wrong = issue.code === 'custom' ? issue.message : 'is not text';
    const why = 'A recording sent there would be lost.';
    return [problem({ name, wrong, got: formatValue(value), why, fix })];
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
      const wrong = `is not ${formatValue(expected)}`;
      problems.push(problem({ name: id, wrong, got: formatValue(found), why, fix }));
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
    text(EXISTING_BUCKET_REGION_OUTPUT) ?? text(IDENTITY_OUTPUTS.region),
    'Tavus fails silently on another region than the bucket has.',
    'For a bucket that is elsewhere than its stack set existingBucketRegion in cdk.json, and deploy. Otherwise write the file again from the deployed stack.',
  );
  return problems;
}
