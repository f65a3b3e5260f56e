import type { Stack, StackChange } from './stack';
import type { ResourceChange } from './compare-resources';

interface Precious {
  readonly word: string;
  /** Properties that CloudFormation can't change of a resource that is there: it makes another. */
  readonly createOnly: readonly string[];
  /** What another one in its place means. */
  readonly otherwise: string;
}

/**
 * What nobody may lose by the way. `createOnly` as in the CloudFormation registry's schemas (in the CLI 2.1148.1, read
 * 2026-11-25); a test asks the installed CLI.
 */
export const PRECIOUS: Readonly<Record<string, Precious>> = {
  'AWS::S3::Bucket': {
    word: 'bucket',
    createOnly: ['BucketName', 'BucketNamePrefix', 'BucketNamespace', 'ObjectLockEnabled'],
    otherwise: 'New recordings would go into an empty bucket, the old ones stay behind.',
  },
  'AWS::KMS::Key': {
    word: 'key',
    createOnly: [],
    otherwise: 'What the old key encrypted can be read only while that is kept.',
  },
  'AWS::IAM::Role': {
    word: 'role',
    createOnly: ['Path', 'RoleName'],
    otherwise: "The new role's ARN is another: until it is handed over again, nobody can use it.",
  },
};

const KEEPS = new Set(['Retain', 'RetainExceptOnCreate']);

const isKept = (policy: string | undefined): boolean => policy !== undefined && KEEPS.has(policy);

/** What a person must see before anything else: buckets, keys and roles that go or are replaced, and lost protection. */
export function warnings(before: Stack, after: Stack, { resources }: StackChange): readonly string[] {
  return [
    ...resources.flatMap((change) => {
      const precious = PRECIOUS[change.type];
      if (precious === undefined) return [];
      return change.how === 'removed' ? [goes(before, change, precious)] : changes(after, change, precious);
    }),
    ...(before.terminationProtection && !after.terminationProtection
      ? ['The stack may be deleted: its termination protection is switched off.']
      : []),
  ];
}

function goes({ template }: Stack, { name }: ResourceChange, { word, otherwise }: Precious): string {
  const fate = isKept(template.Resources[name]?.DeletionPolicy)
    ? 'It stays in the account, and nothing here looks after it any more.'
    : 'CloudFormation deletes it.';
  return `The ${word} \`${name}\` leaves the stack. ${fate} ${otherwise}`;
}

function changes(
  { template }: Stack,
  change: ResourceChange,
  { word, createOnly, otherwise }: Precious,
): string[] {
  const touched = (place: string): boolean =>
    change.paths.some(({ path }) => `${path}/`.startsWith(`${place}/`));
  const replacing = createOnly.filter((property) => touched(`Properties/${property}`));
  const resource = template.Resources[change.name];
  const lost = (['DeletionPolicy', 'UpdateReplacePolicy'] as const).filter(
    (policy) => touched(policy) && !isKept(resource?.[policy]),
  );
  return [
    ...(replacing.length > 0
      ? [`The ${word} \`${change.name}\` is replaced, by another ${list(replacing)}. ${otherwise}`]
      : []),
    ...(lost.length > 0
      ? [`The ${word} \`${change.name}\` is no longer kept when it goes: ${list(lost)}.`]
      : []),
  ];
}

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
