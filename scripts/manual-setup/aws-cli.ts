import { problem, ProblemsError } from '../../contract/problem';
import { isObject, listed, type Json, type JsonObject } from '../../local/json';

/** Puts a property into the words of S3's own API. */
type Translation = (value: Json) => Json;

const asItIs: Translation = (value) => value;

/**
 * A bucket's properties in CloudFormation, each with what `aws s3api` takes instead: the file, and its content. The access
 * logs need a second bucket with a policy of its own; whoever wants them takes the stack.
 */
const BUCKET_FILES = {
  PublicAccessBlockConfiguration: { file: 'public-access.json', translate: asItIs },
  OwnershipControls: { file: 'ownership.json', translate: asItIs },
  BucketEncryption: { file: 'encryption.json', translate: encryption },
  VersioningConfiguration: { file: 'versioning.json', translate: asItIs },
  LifecycleConfiguration: { file: 'lifecycle.json', translate: lifecycle },
  LoggingConfiguration: undefined,
} as const satisfies Readonly<Record<string, { file: string; translate: Translation } | undefined>>;

type Known = keyof typeof BUCKET_FILES;
const isKnown = (property: string): property is Known => Object.hasOwn(BUCKET_FILES, property);

/** Where the table above would otherwise leave something out unseen. */
const untranslated = (name: string, where: string): ProblemsError =>
  new ProblemsError([
    problem({
      name,
      wrong: 'has no translation for the AWS CLI',
      got: `it in ${where}`,
      why: 'The guide would make a bucket without it.',
      fix: 'Add it to scripts/manual-setup/aws-cli.ts.',
    }),
  ]);

/**
 * The files that make a bucket like the stack's, by their names.
 * @param properties of the bucket, resolved
 * @throws for a property that is not known, so that nothing is left out unseen
 */
export function bucketFiles(properties: JsonObject): Readonly<Record<string, Json>> {
  const files: Record<string, Json> = {};
  for (const [property, value] of Object.entries(properties)) {
    if (!isKnown(property)) throw untranslated(property, 'the bucket');
    const translated = BUCKET_FILES[property];
    if (translated !== undefined) files[translated.file] = translated.translate(value);
  }
  return files;
}

/** An object with some of its keys in other words; `undefined` puts nothing. */
function renamed(value: JsonObject, where: string, words: Readonly<Record<string, Translation>>): JsonObject {
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, item]) => {
      const translate = Object.hasOwn(words, key) ? words[key] : undefined;
      if (translate === undefined) throw untranslated(key, where);
      return translate(item);
    }),
  );
}

/** CloudFormation says `ServerSideEncryptionByDefault` where S3 says `ApplyServerSideEncryptionByDefault`. */
function encryption(value: Json): Json {
  const rules = isObject(value) ? listed(value['ServerSideEncryptionConfiguration']) : [];
  return {
    Rules: rules.filter(isObject).map((rule) =>
      renamed(rule, 'the encryption', {
        ServerSideEncryptionByDefault: (byDefault) => ({ ApplyServerSideEncryptionByDefault: byDefault }),
        BucketKeyEnabled: (isEnabled) => ({ BucketKeyEnabled: isEnabled }),
        BlockedEncryptionTypes: (types) => ({ BlockedEncryptionTypes: types }),
      }),
    ),
  };
}

/** CloudFormation's rules are flat, say `Id` where S3 says `ID`, and may leave out the filter that S3 insists on. */
function lifecycle(value: Json): Json {
  const rules = isObject(value) ? listed(value['Rules']) : [];
  return {
    Rules: rules.filter(isObject).map((rule) => {
      const words = renamed(rule, 'a lifecycle rule', {
        Id: (id) => ({ ID: id }),
        Status: (status) => ({ Status: status }),
        ExpirationInDays: (days) => ({ Expiration: { Days: days } }),
        ExpiredObjectDeleteMarker: (isSwept) => ({ Expiration: { ExpiredObjectDeleteMarker: isSwept } }),
        NoncurrentVersionExpiration: (days) => ({ NoncurrentVersionExpiration: days }),
        AbortIncompleteMultipartUpload: (days) => ({ AbortIncompleteMultipartUpload: days }),
      });
      const { ID = null, Status = null, ...actions } = words;
      return { ID, Status, Filter: {}, ...actions };
    }),
  };
}
