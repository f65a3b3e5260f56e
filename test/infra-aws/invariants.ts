import {
  asList,
  type CfnTemplate,
  isObject,
  parsePolicy,
  type PolicyDocument,
  type TemplateStatement,
} from './template';

/** The allowed resource types of a recordings stack: no function, no custom resource, nothing that needs an asset. */
const RECORDINGS_TYPES = ['AWS::IAM::Role', 'AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy'];

const STATEFUL_TYPES = new Set(['AWS::KMS::Key', 'AWS::S3::Bucket']);

/** Rules for every resource, including later ones. */
export function invariantProblems(
  template: CfnTemplate,
  knownTypes: readonly string[] = RECORDINGS_TYPES,
): string[] {
  return Object.entries(template.Resources).flatMap(
    ([id, { Type, Properties, DeletionPolicy, UpdateReplacePolicy }]) => {
      const problems: string[] = [];
      const must = (holds: boolean, rule: string): void => {
        if (!holds) problems.push(`${id}: ${rule}`);
      };
      must(knownTypes.includes(Type), `is of an unknown type, ${Type}`);
      must(!allowsEveryPrincipal(documentsIn(Properties)), 'has an Allow for every principal');
      must(!allowsByPattern(documentsIn(Properties)), 'allows actions by a pattern');
      must(!('RoleName' in Properties), 'has a name that can be guessed');
      if (STATEFUL_TYPES.has(Type)) {
        must(
          DeletionPolicy === 'RetainExceptOnCreate' && UpdateReplacePolicy === 'Retain',
          'dies with its stack',
        );
      }
      if (Type === 'AWS::S3::Bucket') {
        const text = JSON.stringify(Properties['BucketEncryption'] ?? '');
        must(/"SSEAlgorithm":"(?:AES256|aws:kms)"/.test(text), 'is not encrypted');
        must(deniesOldConnections(template, id), 'answers without TLS 1.2');
      }
      return problems;
    },
  );
}

/** Every policy document in a resource, at any depth. */
export function documentsIn(value: unknown): PolicyDocument[] {
  if (Array.isArray(value)) return value.flatMap(documentsIn);
  if (!isObject(value)) return [];
  if ('Statement' in value) return [parsePolicy(value)];
  return Object.values(value).flatMap(documentsIn);
}

function allowsEveryPrincipal(documents: readonly PolicyDocument[]): boolean {
  return documents
    .flatMap(({ Statement }) => Statement)
    .some(({ Effect, Principal }) => {
      const principals = isObject(Principal) ? Object.values(Principal).flatMap(asList) : [Principal];
      return Effect === 'Allow' && principals.includes('*');
    });
}

/** A pattern includes every action that AWS adds later. The exception is a key's own policy, which delegates everything to IAM. */
function allowsByPattern(documents: readonly PolicyDocument[]): boolean {
  return documents
    .flatMap(({ Statement }) => Statement)
    .flatMap(({ Effect, Action }) => (Effect === 'Allow' ? asList(Action) : []))
    .some((action) => action.includes('*') && action !== 'kms:*');
}

function deniesOldConnections(template: CfnTemplate, bucket: string): boolean {
  const statements = Object.values(template.Resources)
    .filter(({ Type, Properties }) => {
      const target = Properties['Bucket'];
      return Type === 'AWS::S3::BucketPolicy' && isObject(target) && target['Ref'] === bucket;
    })
    .flatMap(({ Properties }) => documentsIn(Properties))
    .flatMap(({ Statement }) => Statement);
  const denied = (condition: TemplateStatement['Condition']): boolean =>
    statements.some(
      ({ Effect, Action, Condition }) =>
        Effect === 'Deny' && Action === 's3:*' && JSON.stringify(Condition) === JSON.stringify(condition),
    );
  return (
    denied({ Bool: { 'aws:SecureTransport': 'false' } }) &&
    denied({ NumericLessThan: { 's3:TlsVersion': 1.2 } })
  );
}
