import type { KMSClient } from '@aws-sdk/client-kms';
import type { ServerSideEncryptionRule } from '@aws-sdk/client-s3';
import type { AwsAnswer } from '../../aws/answer';
import { judgeAnswer, unknownOutcome } from '../judge-answer';
import { keyContext } from '../policy/vendor-request';
import type { InspectedRole } from '../role/inspect-role';
import { ok, unknown, type Check, type CheckOutcome } from '../check-result';
import { keyFacts, keyPolicy, type KeyFacts } from './facts';
import { judgeGrants, judgeKey, judgeKeyPolicy, KEY_ACTIONS } from './judge';

/** The KMS key of the bucket. */
export interface KeySubject {
  readonly encryption: Promise<AwsAnswer<ServerSideEncryptionRule | undefined>>;
  /** Actual region of the bucket; the key is in the same region. */
  readonly region: Promise<AwsAnswer<string | undefined>>;
  readonly kms: (region: string) => KMSClient;
  /** Undefined without a valid role in the settings. */
  readonly role: Pick<InspectedRole, 'decide' | 'principal'> | undefined;
}

const IDS = ['key-enabled', 'key-grants', 'key-policy'] as const;
type Id = (typeof IDS)[number];

const check = (id: Id, run: Check['run']): Check => ({ id, topic: 'key', asks: 'AWS', run });

/** @param reason why no bucket is known */
export const noKeyChecks = (reason: string): Check[] =>
  IDS.map((id) => check(id, () => unknown(reason, 'a bucket')));

/** A customer key and its client. */
interface CustomerKey {
  readonly id: string;
  readonly region: string;
  readonly kms: KMSClient;
  readonly facts: Promise<AwsAnswer<KeyFacts>>;
}

export function keyChecks(subject: KeySubject): Check[] {
  const found = customerKey(subject);
  const withKey =
    (expected: string, judge: (key: CustomerKey) => Promise<CheckOutcome>): Check['run'] =>
    async () => {
      const key = await found;
      if ('status' in key) return key;
      const facts = await key.facts;
      if (facts.kind === 'is' && facts.value.isManagedByAws)
        return ok("AWS's own key, open to the account", expected);
      return judge(key);
    };
  return [
    check(
      'key-enabled',
      withKey('a key that is enabled', async ({ facts }) =>
        judgeAnswer(await facts, 'a key that is enabled', judgeKey),
      ),
    ),
    check(
      'key-grants',
      withKey('the role may use it', (key) => grants(subject, key)),
    ),
    check(
      'key-policy',
      withKey("the account's IAM decides", (key) => policy(subject, key)),
    ),
  ];
}

/** The customer key, or the outcome when there is none. */
async function customerKey({ encryption, region, kms }: KeySubject): Promise<CustomerKey | CheckOutcome> {
  const expected = 'a key that the role may use, if the bucket has one';
  const rule = await encryption;
  if (rule.kind === 'denied' || rule.kind === 'unanswered') return unknownOutcome(rule, expected);
  const { SSEAlgorithm: algorithm, KMSMasterKeyID: id } =
    (rule.kind === 'is' ? rule.value : undefined)?.ApplyServerSideEncryptionByDefault ?? {};
  if (algorithm?.startsWith('aws:kms') !== true) return ok('none: the bucket encrypts without KMS', expected);
  if (id === undefined) return ok("AWS's own key, open to the account", expected);
  const where = /^arn:aws:kms:([^:]+):/.exec(id)?.[1] ?? (await regionOf(region));
  if (where === undefined) return unknown("the key's region is not known", expected);
  const client = kms(where);
  return { id, region: where, kms: client, facts: keyFacts(client, id) };
}

async function regionOf(region: KeySubject['region']): Promise<string | undefined> {
  const answer = await region;
  return answer.kind === 'is' ? answer.value : undefined;
}

async function grants({ role }: KeySubject, { id, region, facts }: CustomerKey): Promise<CheckOutcome> {
  const expected = 'the role may use the key';
  if (role === undefined) return unknown('TAVUS_AWS_ASSUME_ROLE_ARN is not known', expected);
  const key = await facts;
  const arn = key.kind === 'is' ? key.value.arn : id;
  if (!arn.startsWith('arn:')) return unknown("the key's ARN is not known", expected);
  const answer = await role.decide({
    actions: KEY_ACTIONS,
    resource: arn,
    context: keyContext(await role.principal, region),
  });
  return answer.kind === 'is' ? judgeGrants(answer.value, region) : unknownOutcome(answer, expected);
}

async function policy({ role }: KeySubject, { id, kms, region }: CustomerKey): Promise<CheckOutcome> {
  const expected = "a key policy that leaves the decision to the account's IAM";
  if (role === undefined) return unknown('TAVUS_AWS_ASSUME_ROLE_ARN is not known', expected);
  const vendorRole = await role.principal;
  return judgeAnswer(await keyPolicy(kms, id), expected, (statements) =>
    judgeKeyPolicy(statements ?? [], vendorRole, region),
  );
}
