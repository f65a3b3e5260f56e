import * as z from 'zod';
import {
  type EnvironmentSettingName,
  type EnvironmentSettings,
  environmentSettings,
  SETTING_RULES,
} from './environment-settings';
import { formatValue, problem } from './problem';
import { ruleProblems } from './setting-rules';

export interface Environment {
  readonly name: string;
  readonly settings: EnvironmentSettings;
  readonly promised: PromisedDays;
}

/** Promised retention in days; undefined if the settings do not state it. */
export type PromisedDays = Readonly<Record<'retentionDays' | 'noncurrentDays', number | undefined>>;

type Fields = Readonly<Record<string, unknown>>;

/** Part of stack names in both clouds. */
export const ENVIRONMENT_NAME = /^[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?$/;

/** Settings of a new bucket; with `existingBucketName` they would have no effect. */
const OWN_BUCKET_ONLY: readonly EnvironmentSettingName[] = ['bucketName', 'encryption', 'withKmsKey'];

/** Settings of an existing bucket, each with the reason why a new bucket does not take it. */
const EXISTING_BUCKET_ONLY = {
  existingBucketRegion: "The stack creates its bucket in the stack's region.",
  existingKmsKeyArn: 'The stack creates the key of its bucket.',
} as const satisfies Partial<Record<EnvironmentSettingName, string>>;

const fieldsOf = (value: unknown): Fields | undefined =>
  z.record(z.string(), z.unknown()).safeParse(value).data;

/** The context is an object in cdk.json, but text after `-c environments='{...}'`. */
function environmentsOf(context: unknown): Fields | undefined {
  if (typeof context !== 'string') return fieldsOf(context);
  try {
    return fieldsOf(JSON.parse(context));
  } catch {
    return undefined;
  }
}

/**
 * All problems of the context `environments`, in the order of the settings. Empty if {@link parseEnvironments} accepts it.
 *
 * @param context `{"<environment>": {<settings>}}` or the same as JSON text
 * @param stackRegion region of the stacks, if known
 */
export function environmentProblems(context: unknown, stackRegion?: string): string[] {
  const environments = environmentsOf(context);
  if (environments === undefined || Object.keys(environments).length === 0) {
    return [
      problem({
        name: 'environments',
        wrong: 'is not an object with at least one environment',
        got: formatValue(context),
        why: 'There is nothing to deploy.',
        fix: 'Put "environments": { "dev": {} } into the context of cdk.json.',
      }),
    ];
  }
  return [
    ...Object.entries(environments).flatMap(([name, value]) => [
      ...nameProblems(name),
      ...settingsProblems(`environments.${name}`, value, stackRegion),
    ]),
    ...sharedProblems(environments),
  ];
}

/**
 * The environments in the order of the context, defaults filled in.
 * @throws ZodError if {@link environmentProblems} finds a problem
 */
export function parseEnvironments(context: unknown): Environment[] {
  return Object.entries(environmentsOf(context) ?? {}).map(([name, value]) => {
    const settings = environmentSettings.parse(value);
    return { name, settings, promised: promised(settings, fieldsOf(value) ?? {}) };
  });
}

/** A default is no promise for an existing bucket: the stack does not set its lifecycle. */
function promised(settings: EnvironmentSettings, written: Fields): PromisedDays {
  const daysOf = (name: keyof PromisedDays): number | undefined =>
    settings.existingBucketName !== undefined && written[name] === undefined ? undefined : settings[name];
  return { retentionDays: daysOf('retentionDays'), noncurrentDays: daysOf('noncurrentDays') };
}

/** The environment of this name; undefined if it is missing or the context has problems. */
export function environmentNamed(context: unknown, wanted: string): Environment | undefined {
  if (environmentProblems(context).length > 0) return undefined;
  return parseEnvironments(context).find(({ name }) => name === wanted);
}

function nameProblems(name: string): string[] {
  if (ENVIRONMENT_NAME.test(name)) return [];
  return [
    problem({
      name: `environments.${name}`,
      wrong: "is not an environment's name",
      got: formatValue(name),
      why: 'It is part of the stack names in both clouds.',
      fix: 'Use 1 to 30 lower-case letters, digits and hyphens, with a letter first.',
    }),
  ];
}

function settingsProblems(path: string, value: unknown, stackRegion: string | undefined): string[] {
  const fields = fieldsOf(value);
  if (fields === undefined) {
    return [
      problem({
        name: path,
        wrong: 'is not an object of settings',
        got: formatValue(value),
        why: 'No setting can be read from it.',
        fix: 'Use {} for the defaults.',
      }),
    ];
  }
  return [
    ...ruleProblems(SETTING_RULES, fields, { path: `${path}.`, fixOf: () => 'Correct it in cdk.json.' }),
    ...existingBucketProblems(path, fields),
    ...keyRegionProblems(path, fields, stackRegion),
  ];
}

/** A setting without effect is refused: it would look as if it were applied. */
function existingBucketProblems(path: string, fields: Fields): string[] {
  if (fields['existingBucketName'] === undefined) {
    return Object.entries(EXISTING_BUCKET_ONLY)
      .filter(([name]) => fields[name] !== undefined)
      .map(([name, why]) =>
        problem({
          name: `${path}.${name}`,
          wrong: 'is only for existingBucketName',
          got: formatValue(fields[name]),
          why,
          fix: 'Remove it, or set existingBucketName.',
        }),
      );
  }
  return OWN_BUCKET_ONLY.filter((name) => fields[name] !== undefined).map((name) =>
    problem({
      name: `${path}.${name}`,
      wrong: 'does not go with existingBucketName',
      got: formatValue(fields[name]),
      why: 'The stack does not change an existing bucket, so this would have no effect.',
      fix: 'Remove one of the two.',
    }),
  );
}

/** S3 accepts only keys of the bucket's region. */
function keyRegionProblems(path: string, fields: Fields, stackRegion: string | undefined): string[] {
  const { existingKmsKeyArn: arn, existingBucketRegion: bucketRegion = stackRegion } = fields;
  const keyRegion = typeof arn === 'string' ? /^arn:aws:kms:([^:]+):/.exec(arn)?.[1] : undefined;
  if (keyRegion === undefined || bucketRegion === undefined || keyRegion === bucketRegion) return [];
  return [
    problem({
      name: `${path}.existingKmsKeyArn`,
      wrong: `is not in the bucket's region ${formatValue(bucketRegion)}`,
      got: formatValue(arn),
      why: "S3 accepts only keys of the bucket's region, so AWS would deny every upload.",
      fix: "Set the key that encrypts the bucket, and set existingBucketRegion to the bucket's region.",
    }),
  ];
}

/** What two environments must not share, by the settings that name it. */
const EXCLUSIVE = [
  {
    valuesIn: ({ bucketName, existingBucketName }: Fields): Fields => ({ bucketName, existingBucketName }),
    what: 'the bucket',
    why: 'In a shared bucket the recordings of two environments could not be told apart.',
  },
  {
    valuesIn: ({ backend }: Fields): Fields => ({
      'backend.principalId': fieldsOf(backend)?.['principalId'],
    }),
    what: 'the identity',
    why: 'The backend of one environment could read the recordings of the other.',
  },
];

function sharedProblems(environments: Fields): string[] {
  return EXCLUSIVE.flatMap(({ valuesIn, what, why }) => {
    const owners = new Map<unknown, string>();
    return Object.entries(environments).flatMap(([name, value]) =>
      Object.entries(valuesIn(fieldsOf(value) ?? {})).flatMap(([setting, own]) => {
        if (own === undefined) return [];
        const owner = owners.get(own);
        if (owner === undefined || owner === name) {
          owners.set(own, name);
          return [];
        }
        return [
          problem({
            name: `environments.${name}.${setting}`,
            wrong: `is already ${what} of ${owner}`,
            got: formatValue(own),
            why,
            fix: 'Give each environment its own.',
          }),
        ];
      }),
    );
  });
}
