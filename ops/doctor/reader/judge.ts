import { type BackendIdentity, entraIssuer, tokenAudiences } from '../../../contract/backend-identity';
import { type BucketRights, READ_WITH_KEY, READER_RIGHTS } from '../../../contract/recordings-rights';
import type { AwsAnswer } from '../../aws/answer';
import { quoted } from '../fixes';
import { judgeAnswer } from '../judge-answer';
import type { Decisions } from '../role/decisions';
import { judgeDecisions } from '../role/denials';
import { fail, ok, unknown, warn, type CheckOutcome } from '../check-result';
import { v2Issuer } from './judge-trust';

/** Session length that the backend requests. A longer one only helps an attacker. */
const SESSION_SEC = 3_600;

/** Creates the identity provider for a tenant. */
const MAKE_PROVIDER = `npx cdk deploy --app ${quoted('node --require tsx/cjs infra-aws/identity.ts')}`;

export interface FoundProvider {
  /** Audiences of the provider for version 1 tokens. */
  readonly audiences: AwsAnswer<readonly string[]>;
  /** Called only when that provider is missing. */
  readonly hasV2: () => Promise<boolean>;
}

/** Whether the account accepts the tenant's tokens for the audience. */
export async function judgeProvider(
  backend: BackendIdentity,
  { audiences, hasV2 }: FoundProvider,
): Promise<CheckOutcome> {
  const issuer = entraIssuer(backend.tenantId);
  const expected = `an identity provider for ${issuer} that accepts ${tokenAudiences(backend).join(' and ')}`;
  const isOnlyV2 = audiences.kind === 'missing' && (await hasV2());
  return judgeAnswer(audiences, expected, (found) => {
    if (found === undefined) {
      const words = isOnlyV2 ? `none, but one of version 2 (${v2Issuer(backend.tenantId)})` : 'none';
      return fail(words, `${expected}: without it AWS refuses every token`, MAKE_PROVIDER);
    }
    const missing = tokenAudiences(backend).filter((one) => !found.includes(one));
    if (missing.length === 0) return ok('accepts the tokens', expected);
    const arn = `arn:aws:iam::<account>:oidc-provider/${issuer}`;
    const add = missing.map(
      (one) =>
        `\`aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${one}\``,
    );
    return fail(
      `does not accept the audience ${missing.join(', ')}`,
      expected,
      `Run \`${MAKE_PROVIDER}\`. If another stack created the provider:  ${add.join(' and ')}.`,
    );
  });
}

/** @param given audience of the backend and its source; undefined when not found */
export function judgeAudience(
  { audience }: BackendIdentity,
  given: { readonly value: string; readonly from: string } | undefined,
): CheckOutcome {
  const expected = `AWS_WEB_IDENTITY_AUDIENCE is the audience of backend in cdk.json, ${audience}`;
  const fix = `pulumi config set awsWebIdentityAudience ${audience}`;
  if (given === undefined) return unknown('in neither the settings nor the stack file', expected, fix);
  return given.value === audience
    ? ok(`${given.value}, in ${given.from}`, expected)
    : fail(`wrong audience ${given.value}, in ${given.from}: AWS refuses its tokens`, expected, fix);
}

export const judgeReaderSession = (maxSessionSec: number): CheckOutcome =>
  maxSessionSec <= SESSION_SEC
    ? ok(`${maxSessionSec} s`, `${SESSION_SEC} s`)
    : warn(
        `${maxSessionSec} s`,
        `${SESSION_SEC} s: a longer session only helps an attacker`,
        `aws iam update-role --role-name <role> --max-session-duration ${SESSION_SEC}`,
      );

/** @param withKey whether the bucket has a customer key */
export function judgeReaderActions(decisions: Decisions, withKey: boolean, fix: string): CheckOutcome {
  const actions = [...READER_RIGHTS.bucket, ...READER_RIGHTS.objects, ...(withKey ? READ_WITH_KEY : [])];
  return judgeDecisions(decisions, {
    actions,
    expected: `all ${actions.length} actions: ${actions.join(', ')}`,
    allowed: `${actions.length} of ${actions.length}`,
    counted: (allowed) => `${allowed} of ${actions.length}`,
    fix,
  });
}

/** Rights that change, delete or publish something. */
export const EXCESSIVE_RIGHTS: BucketRights = {
  bucket: ['s3:DeleteBucket', 's3:PutBucketPolicy', 's3:PutLifecycleConfiguration'],
  objects: [
    's3:AbortMultipartUpload',
    's3:DeleteObject',
    's3:DeleteObjectVersion',
    's3:PutObject',
    's3:PutObjectAcl',
  ],
};

/** @param elsewhere decisions on an unrelated bucket */
export function judgeReaderExcess({ byAction }: Decisions, elsewhere: Decisions, fix: string): CheckOutcome {
  const expected = 'only reading, and only in its own buckets';
  const allowed = [...byAction].flatMap(([action, { decision }]) => (decision === 'denied' ? [] : [action]));
  const isWide = [...elsewhere.byAction.values()].some(({ decision }) => decision !== 'denied');
  const problems = [
    ...(allowed.length === 0 ? [] : [`also allows ${allowed.join(', ')}`]),
    ...(isWide ? ['reads other buckets too'] : []),
  ];
  return problems.length === 0 ? ok('nothing else', expected) : fail(problems.join('; '), expected, fix);
}
