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
}

type Fields = Readonly<Record<string, unknown>>;

/** Part of stack names in both clouds. */
export const ENVIRONMENT_NAME = /^[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?$/;

/** They describe a bucket of our own, so beside `existingBucketName` they would do nothing. */
const OWN_BUCKET_ONLY: readonly EnvironmentSettingName[] = [
  'bucketName',
  'retentionDays',
  'noncurrentDays',
  'encryption',
  'withKmsKey',
];

const fieldsOf = (value: unknown): Fields | undefined =>
  z.record(z.string(), z.unknown()).safeParse(value).data;

/** `-c environments='{...}'` on the command line gives text where cdk.json gives an object. */
function environmentsOf(context: unknown): Fields | undefined {
  if (typeof context !== 'string') return fieldsOf(context);
  try {
    return fieldsOf(JSON.parse(context));
  } catch {
    return undefined;
  }
}

/**
 * Everything that is wrong with the context `environments`, one sentence group each, in the order of the settings; none
 * when {@link parseEnvironments} will accept it.
 *
 * @param context `{"<environment>": {<settings>}}` or the same as JSON text
 */
export function environmentProblems(context: unknown): string[] {
  const environments = environmentsOf(context);
  if (environments === undefined || Object.keys(environments).length === 0) {
    return [
      problem({
        name: 'environments',
        wrong: 'is not an object with at least one environment',
        got: formatValue(context),
        why: 'Without one there is nothing to deploy.',
        fix: 'Put "environments": { "dev": {} } into the context of cdk.json.',
      }),
    ];
  }
  return [
    ...Object.entries(environments).flatMap(([name, value]) => [
      ...nameProblems(name),
      ...settingsProblems(`environments.${name}`, value),
    ]),
    ...sharedBucketProblems(environments),
  ];
}

/**
 * The environments in the order of the context, defaults filled in.
 * @throws ZodError for a context that {@link environmentProblems} complains about
 */
export function parseEnvironments(context: unknown): Environment[] {
  return Object.entries(environmentsOf(context) ?? {}).map(([name, value]) => ({
    name,
    settings: environmentSettings.parse(value),
  }));
}

function nameProblems(name: string): string[] {
  if (ENVIRONMENT_NAME.test(name)) return [];
  return [
    problem({
      name: `environments.${name}`,
      wrong: "is not an environment's name",
      got: formatValue(name),
      why: 'It becomes part of stack names in both clouds.',
      fix: 'Use 1 to 30 lower-case letters, digits and hyphens, beginning with a letter.',
    }),
  ];
}

function settingsProblems(path: string, value: unknown): string[] {
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
  ];
}

/** A setting that has no effect would look like a promise kept. */
function existingBucketProblems(path: string, fields: Fields): string[] {
  if (fields['existingBucketName'] === undefined) {
    if (fields['existingKmsKeyArn'] === undefined) return [];
    return [
      problem({
        name: `${path}.existingKmsKeyArn`,
        wrong: 'is only for existingBucketName',
        got: formatValue(fields['existingKmsKeyArn']),
        why: 'A bucket of our own has a key of its own.',
        fix: 'Remove it, or set existingBucketName.',
      }),
    ];
  }
  return OWN_BUCKET_ONLY.filter((name) => fields[name] !== undefined).map((name) =>
    problem({
      name: `${path}.${name}`,
      wrong: 'does not go with existingBucketName',
      got: formatValue(fields[name]),
      why: 'The stack leaves an existing bucket as it is, so this would change nothing.',
      fix: 'Remove one of the two.',
    }),
  );
}

function sharedBucketProblems(environments: Fields): string[] {
  const owners = new Map<unknown, string>();
  return Object.entries(environments).flatMap(([name, value]) => {
    const fields = fieldsOf(value);
    return (['bucketName', 'existingBucketName'] as const).flatMap((setting) => {
      const bucket = fields?.[setting];
      if (bucket === undefined) return [];
      const owner = owners.get(bucket);
      if (owner === undefined || owner === name) {
        owners.set(bucket, name);
        return [];
      }
      return [
        problem({
          name: `environments.${name}.${setting}`,
          wrong: `is the bucket of ${owner} already`,
          got: formatValue(bucket),
          why: 'Two environments never share a bucket: their recordings could not be told apart.',
          fix: 'Give each its own.',
        }),
      ];
    });
  });
}
