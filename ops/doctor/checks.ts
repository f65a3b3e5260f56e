import { accountOfRole } from '../../contract/aws-values';
import { stackName } from '../../contract/hand-over';
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
import { judgeRooms } from './rooms';
import { readerChecks } from './reader/checks';
import { noRoleChecks, roleChecks } from './role/checks';
import { roleInReach, type RoleInReach } from './role/in-reach';
import { stateOf, type RoleState } from './role/state';
import { lookUp, type Deployed, type Given, type Source } from './settings/sources';
import { stackCheck } from './stack';
import { noTavusChecks, tavusChecks } from './tavus/checks';
import type { DoctorTavus } from './tavus/client';
import type { Check } from './verdict';

/** Everything that is asked, and who asks. */
export interface Patient {
  readonly values: SettingValues;
  /** Where the values are from, the first that has one wins. */
  readonly sources: readonly Source[];
  /** The environment that was named, if one was. */
  readonly deployed: Deployed | undefined;
  /** AWS_WEB_IDENTITY_AUDIENCE, and where it stands. */
  readonly audience: Pick<Given, 'from' | 'value'> | undefined;
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
  const { values, aws, clocks, deployed } = patient;
  const roleArn = values.TAVUS_AWS_ASSUME_ROLE_ARN;
  const owner = roleArn === undefined ? undefined : accountOfRole(roleArn);
  const identity = whoAmI(aws.sts);
  const name = values.TAVUS_RECORDING_S3_BUCKET_NAME;
  const facts = name === undefined ? undefined : bucketFacts(aws.s3, name);
  const inReach = (arn: string | undefined): RoleInReach | undefined => {
    const account = arn === undefined ? undefined : accountOfRole(arn);
    if (arn === undefined || account === undefined) return undefined;
    const bucketRegion = facts?.region ?? Promise.resolve({ kind: 'missing' });
    return roleInReach({ iam: aws.iam, arn, account, identity, bucketRegion });
  };
  const role = inReach(roleArn);
  const roles =
    role === undefined ? noRoleChecks(NOT_KNOWN('TAVUS_AWS_ASSUME_ROLE_ARN')) : roleChecks(role, name);
  return [
    {
      id: 'aws-identity',
      topic: 'aws',
      asks: 'AWS',
      verdict: async () => judgeIdentity(await identity, owner),
    },
    ...(deployed === undefined ? [] : [stackCheck(aws.cloudFormation, deployed)]),
    ...storageChecks(patient, { identity, role, roles, name, facts }),
    ...readerChecks({
      ...patient,
      iam: aws.iam,
      role: inReach(values.RECORDINGS_READER_ROLE_ARN),
      bucket: name === undefined || facts === undefined ? undefined : { name, facts },
      look: (other) => bucketFacts(aws.s3, other),
    }),
    ...vendorChecks(patient, roles),
    { id: 'rooms', topic: 'tavus', verdict: () => judgeRooms(values.ROOM_ORIGIN) },
    {
      id: 'callback-url',
      topic: 'callbacks',
      verdict: () =>
        judgeCallbacks(lookUp(patient.sources, 'PUBLIC_BASE_URL') !== undefined, values.PUBLIC_BASE_URL),
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

/** What is asked of AWS, once for all checks. */
interface Asked {
  readonly identity: Promise<Answer<Identity>>;
  readonly role: RoleInReach | undefined;
  readonly roles: readonly Check[];
  readonly name: string | undefined;
  readonly facts: BucketFacts | undefined;
}

/** Bucket, role and key. */
function storageChecks(patient: Patient, { identity, role, roles, name, facts }: Asked): Check[] {
  const { values, aws, deployed } = patient;
  if (name === undefined || facts === undefined) {
    const reason = NOT_KNOWN('TAVUS_RECORDING_S3_BUCKET_NAME');
    return [...noBucketChecks(reason), ...roles, ...noKeyChecks(reason)];
  }
  const bucket = {
    name,
    region: values.TAVUS_RECORDING_S3_BUCKET_REGION,
    facts,
    contents: bucketContents(aws.s3, name),
    look: (other: string): BucketFacts => bucketFacts(aws.s3, other),
    accountPublicAccess: accountBlock(aws, identity, facts.region),
    writer: role?.writer,
    promised: deployed?.promised,
    regionFix: (found: string) => regionFix(found, patient),
  };
  return [
    ...bucketChecks(bucket),
    ...roles,
    ...keyChecks({ encryption: facts.encryption, region: facts.region, kms: aws.kms, role }),
  ];
}

/** What to do where another region than the bucket's stands: of a hand-over the deployment decides, not its reader. */
function regionFix(found: string, { sources, deployed }: Pick<Patient, 'sources' | 'deployed'>): string {
  const name = 'TAVUS_RECORDING_S3_BUCKET_REGION';
  const wrong = sources.flatMap(({ label, values }) => {
    const value = values[name]?.trim() ?? '';
    return value === '' || value === found ? [] : [label];
  });
  return wrong
    .map((label) => {
      if (deployed?.handOver === undefined || label !== deployed.file)
        return `Set ${name}=${found} in ${label}.`;
      const stack = stackName(deployed.environment);
      return (
        `In cdk.json, set "existingBucketRegion": "${found}" beside existingBucketName of ${deployed.environment}, and run ` +
        `\`npx cdk deploy ${stack}\`. If the stack made the bucket, ${label} is an old one: run ` +
        `\`npm run hand-over -- --environment ${deployed.environment}\`.`
      );
    })
    .join(' ');
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

function vendorChecks({ values, tavus, clocks, isTested, mask }: Patient, roles: readonly Check[]): Check[] {
  if (tavus === undefined) {
    return noTavusChecks(NOT_KNOWN('TAVUS_API_KEY or TAVUS_API_BASE_URL'), isTested);
  }
  const { TAVUS_REPLICA_ID: replicaId, TAVUS_PERSONA_ID: personaId } = values;
  // Storage whenever it is known, recording on or off: that is what is to be tried.
  const testConfig = isTested
    ? { tavus: tavusConfig(values), recording: recordingConfig(values) }
    : undefined;
  const role = (): Promise<RoleState> => stateOf(roles);
  const checks = tavusChecks({ tavus, replicaId, personaId, testConfig, role, mask });
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
