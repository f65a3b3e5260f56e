import { accountOfRole } from '../../contract/aws-values';
import { recordingConfig, tavusConfig } from '../../app/tavus/config';
import type { SettingValues } from '../../contract/settings';
import type { AwsClients } from '../aws/clients';
import { whoAmI, type Identity } from '../aws/identity';
import { judgeIdentity } from './identity';
import type { Answer } from '../aws/answer';
import { accountPublicAccess, controlEndpoint } from './bucket/account-public-access';
import { bucketChecks, noBucketChecks } from './bucket/checks';
import { bucketContents } from './bucket/contents';
import { bucketFacts, type BucketFacts } from './bucket/facts';
import { judgeCallbacks } from './callbacks';
import { judgeSkew, type ClockWatch } from './clock';
import { keyChecks, noKeyChecks } from './key/checks';
import type { Mask } from '../mask';
import { noRoleChecks, roleChecks } from './role/checks';
import { roleInReach, type RoleInReach } from './role/in-reach';
import { noTavusChecks, tavusChecks } from './tavus/checks';
import type { DoctorTavus } from './tavus/client';
import type { Check } from './verdict';

/** Everything that is asked, and who asks. */
export interface Patient {
  readonly values: SettingValues;
  readonly isGiven: { readonly publicBaseUrl: boolean };
  readonly aws: AwsClients;
  /** Undefined when there is no key or no address to ask Tavus with. */
  readonly tavus: DoctorTavus | undefined;
  readonly clocks: { readonly aws: ClockWatch; readonly tavus: ClockWatch };
  readonly isTested: boolean;
  readonly mask: Mask;
}

const NOT_KNOWN = (name: string): string => `${name} is missing or wrong`;

/** All checks but those of the settings themselves. What is asked is asked at once. */
export function allChecks(patient: Patient): Check[] {
  const { values, aws, clocks } = patient;
  const roleArn = values.TAVUS_AWS_ASSUME_ROLE_ARN;
  const owner = roleArn === undefined ? undefined : accountOfRole(roleArn);
  const identity = whoAmI(aws.sts);
  const role =
    roleArn === undefined || owner === undefined ? undefined : roleInReach(aws.iam, roleArn, owner, identity);
  return [
    {
      id: 'aws-identity',
      topic: 'aws',
      asks: 'AWS',
      verdict: async () => judgeIdentity(await identity, owner),
    },
    ...storageChecks(patient, identity, role),
    ...vendorChecks(patient),
    {
      id: 'callback-url',
      topic: 'callbacks',
      verdict: () => judgeCallbacks(patient.isGiven.publicBaseUrl, values.PUBLIC_BASE_URL),
    },
    {
      id: 'clock-aws',
      topic: 'clock',
      verdict: async () => {
        await identity;
        return judgeSkew(clocks.aws.skew, 'AWS');
      },
    },
  ];
}

/** Bucket, role and key. */
function storageChecks(
  { values, aws }: Patient,
  identity: Promise<Answer<Identity>>,
  role: RoleInReach | undefined,
): Check[] {
  const name = values.TAVUS_RECORDING_S3_BUCKET_NAME;
  const region = values.TAVUS_RECORDING_S3_BUCKET_REGION;
  const roles =
    role === undefined ? noRoleChecks(NOT_KNOWN('TAVUS_AWS_ASSUME_ROLE_ARN')) : roleChecks(role, name);
  if (name === undefined) {
    const reason = NOT_KNOWN('TAVUS_RECORDING_S3_BUCKET_NAME');
    return [...noBucketChecks(reason), ...roles, ...noKeyChecks(reason)];
  }
  const facts = bucketFacts(aws.s3, name);
  const look = (other: string): BucketFacts => bucketFacts(aws.s3, other);
  const bucket = {
    name,
    region,
    facts,
    contents: bucketContents(aws.s3, name),
    look,
    accountPublicAccess: accountBlock(aws, identity, facts.region),
  };
  return [
    ...bucketChecks(bucket),
    ...roles,
    ...keyChecks({ encryption: facts.encryption, region: facts.region, kms: aws.kms, role }),
  ];
}

/** The block of the account that asks; any region answers for all. */
async function accountBlock(
  aws: AwsClients,
  identity: Promise<Answer<Identity>>,
  region: Promise<Answer<string | undefined>>,
): ReturnType<typeof accountPublicAccess> {
  const caller = await identity;
  if (caller.kind !== 'is') return caller;
  const where = await region;
  const endpoint = controlEndpoint(
    caller.value.account,
    (where.kind === 'is' ? where.value : undefined) ?? 'us-east-1',
  );
  return accountPublicAccess(aws.s3At(endpoint), caller.value.account);
}

function vendorChecks({ values, tavus, clocks, isTested, mask }: Patient): Check[] {
  if (tavus === undefined) {
    return noTavusChecks(NOT_KNOWN('TAVUS_API_KEY or TAVUS_API_BASE_URL'), isTested);
  }
  const { TAVUS_REPLICA_ID: replicaId, TAVUS_PERSONA_ID: personaId } = values;
  // Storage whenever it is known, recording on or off: that is what is to be tried.
  const testConfig = isTested
    ? { tavus: tavusConfig(values), recording: recordingConfig(values) }
    : undefined;
  const checks = tavusChecks({ tavus, replicaId, personaId, testConfig, mask });
  const key = checks.find(({ id }) => id === 'tavus-key');
  return [
    ...checks,
    {
      id: 'clock-tavus',
      topic: 'clock',
      verdict: async () => {
        await key?.verdict();
        return judgeSkew(clocks.tavus.skew, 'Tavus');
      },
    },
  ];
}
