import { problem, ProblemsError } from '../../contract/problem';
import { isObject, listed, type Json, type JsonObject } from '../../local/json';

/** Converts a CloudFormation property to the format of S3's API. */
type Translation = (value: Json) => Json;

const unchanged: Translation = (value) => value;

/**
 * CloudFormation properties of a bucket, each with its file for `aws s3api`. Access logs are left out: they need a second
 * bucket, which the guide does not create.
 */
const BUCKET_FILES = {
  PublicAccessBlockConfiguration: { file: 'public-access.json', translate: unchanged },
  OwnershipControls: { file: 'ownership.json', translate: unchanged },
  BucketEncryption: { file: 'encryption.json', translate: encryption },
  VersioningConfiguration: { file: 'versioning.json', translate: unchanged },
  LifecycleConfiguration: { file: 'lifecycle.json', translate: lifecycle },
  LoggingConfiguration: undefined,
} as const satisfies Readonly<Record<string, { file: string; translate: Translation } | undefined>>;

type KnownProperty = keyof typeof BUCKET_FILES;
const isKnown = (property: string): property is KnownProperty => Object.hasOwn(BUCKET_FILES, property);

/** The error for a property that is missing in the table above. */
const untranslated = (name: string, where: string): ProblemsError =>
  new ProblemsError([
    problem({
      name,
      wrong: 'has no translation for the AWS CLI',
      got: `a property of ${where}`,
      why: 'The guide would create a bucket without it.',
      fix: 'Add it to scripts/manual-setup/aws-cli.ts.',
    }),
  ]);

/**
 * The files, by name, that configure a bucket like the stack's.
 * @param properties the bucket's properties, resolved
 * @throws ProblemsError for an unknown property, so that none is silently left out
 */
export function bucketFiles(properties: JsonObject): Readonly<Record<string, Json>> {
  const files: Record<string, Json> = {};
  for (const [property, value] of Object.entries(properties)) {
    if (!isKnown(property)) throw untranslated(property, 'the bucket');
    const target = BUCKET_FILES[property];
    if (target !== undefined) files[target.file] = target.translate(value);
  }
  return files;
}

/** Translates every key of an object. @throws ProblemsError for an unknown key */
function translated(
  value: JsonObject,
  where: string,
  translations: Readonly<Record<string, Translation>>,
): JsonObject {
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, item]) => {
      const translate = Object.hasOwn(translations, key) ? translations[key] : undefined;
      if (translate === undefined) throw untranslated(key, where);
      return translate(item);
    }),
  );
}

/** `ServerSideEncryptionByDefault` in CloudFormation is `ApplyServerSideEncryptionByDefault` in S3. */
function encryption(value: Json): Json {
  const rules = isObject(value) ? listed(value['ServerSideEncryptionConfiguration']) : [];
  return {
    Rules: rules.filter(isObject).map((rule) =>
      translated(rule, 'the encryption', {
        ServerSideEncryptionByDefault: (byDefault) => ({ ApplyServerSideEncryptionByDefault: byDefault }),
        BucketKeyEnabled: (isEnabled) => ({ BucketKeyEnabled: isEnabled }),
        BlockedEncryptionTypes: (types) => ({ BlockedEncryptionTypes: types }),
      }),
    ),
  };
}

/** CloudFormation's rules are flat, `Id` is `ID` in S3, and S3 requires the filter. */
function lifecycle(value: Json): Json {
  const rules = isObject(value) ? listed(value['Rules']) : [];
  return {
    Rules: rules.filter(isObject).map((rule) => {
      const fields = translated(rule, 'a lifecycle rule', {
        Id: (id) => ({ ID: id }),
        Status: (status) => ({ Status: status }),
        ExpirationInDays: (days) => ({ Expiration: { Days: days } }),
        ExpiredObjectDeleteMarker: (isSwept) => ({ Expiration: { ExpiredObjectDeleteMarker: isSwept } }),
        NoncurrentVersionExpiration: (days) => ({ NoncurrentVersionExpiration: days }),
        AbortIncompleteMultipartUpload: (days) => ({ AbortIncompleteMultipartUpload: days }),
      });
      const { ID = null, Status = null, ...actions } = fields;
      return { ID, Status, Filter: {}, ...actions };
    }),
  };
}
