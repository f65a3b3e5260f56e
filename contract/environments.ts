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

/** For how long recordings are kept, as far as somebody said so; days. */
export type PromisedDays = Readonly<Record<'retentionDays' | 'noncurrentDays', number | undefined>>;

type Fields = Readonly<Record<string, unknown>>;

/** Part of stack names in both clouds. */
export const ENVIRONMENT_NAME = /^[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?$/;

/** They describe a bucket of our own, so beside `existingBucketName` they would do nothing. */
const OWN_BUCKET_ONLY: readonly EnvironmentSettingName[] = ['bucketName', 'encryption', 'withKmsKey'];

/** They describe an existing bucket, and say nothing of our own. Each with why. */
const EXISTING_BUCKET_ONLY = {
  existingBucketRegion: "A bucket of our own is in its stack's region.",
  existingKmsKeyArn: 'A bucket of our own has a key of its own.',
} as const satisfies Partial<Record<EnvironmentSettingName, string>>;

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
 * @param stackRegion where the stacks will be, if that is known
 */
export function environmentProblems(context: unknown, stackRegion?: string): string[] {
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
      ...settingsProblems(`environments.${name}`, value, stackRegion),
    ]),
    ...sharedProblems(environments),
  ];
}

/**
 * The environments in the order of the context, defaults filled in.
 * @throws ZodError for a context that {@link environmentProblems} complains about
 */
export function parseEnvironments(context: unknown): Environment[] {
  return Object.entries(environmentsOf(context) ?? {}).map(([name, value]) => {
    const settings = environmentSettings.parse(value);
    return { name, settings, promised: promised(settings, fieldsOf(value) ?? {}) };
  });
}

/** Of an existing bucket a default promises nothing: nobody set it. */
function promised(settings: EnvironmentSettings, written: Fields): PromisedDays {
  const said = (name: keyof PromisedDays): number | undefined =>
    settings.existingBucketName !== undefined && written[name] === undefined ? undefined : settings[name];
  return { retentionDays: said('retentionDays'), noncurrentDays: said('noncurrentDays') };
}

/** The environment of this name; undefined when the context has none, or mistakes. */
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
      why: 'It becomes part of stack names in both clouds.',
      fix: 'Use 1 to 30 lower-case letters, digits and hyphens, beginning with a letter.',
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

/** A setting that has no effect would look like a promise kept. */
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
      why: 'The stack leaves an existing bucket as it is, so this would change nothing.',
      fix: 'Remove one of the two.',
    }),
  );
}

/** S3 encrypts with keys of the bucket's own region, and the grant names it too. */
function keyRegionProblems(path: string, fields: Fields, stackRegion: string | undefined): string[] {
  const { existingKmsKeyArn: arn, existingBucketRegion: bucketRegion = stackRegion } = fields;
  const keyRegion = typeof arn === 'string' ? /^arn:aws:kms:([^:]+):/.exec(arn)?.[1] : undefined;
  if (keyRegion === undefined || bucketRegion === undefined || keyRegion === bucketRegion) return [];
  return [
    problem({
      name: `${path}.existingKmsKeyArn`,
      wrong: `is not in the bucket's region ${formatValue(bucketRegion)}`,
      got: formatValue(arn),
      why: 'S3 takes only keys of the region in which the bucket is, so no upload would be allowed.',
      fix: "Name the key with which the bucket encrypts, and set existingBucketRegion to the bucket's region.",
    }),
  ];
}

/** What belongs to one environment alone, by the settings that name it. */
const OWN = [
  {
    valuesIn: ({ bucketName, existingBucketName }: Fields): Fields => ({ bucketName, existingBucketName }),
    what: 'the bucket',
    why: 'Two environments never share a bucket: their recordings could not be told apart.',
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
  return OWN.flatMap(({ valuesIn, what, why }) => {
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
            wrong: `is ${what} of ${owner} already`,
            got: formatValue(own),
            why,
            fix: 'Give each its own.',
          }),
        ];
      }),
    );
  });
}
