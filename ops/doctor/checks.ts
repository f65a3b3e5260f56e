import { accountOfRole } from '../../contract/aws-values';
import { stackName } from '../../contract/hand-over';
import { recordingConfig, tavusConfig } from '../../app/tavus/config';
import type { SettingValues } from '../../contract/settings';
import type { AwsClients } from '../aws/clients';
import { callerIdentity, type Identity } from '../aws/identity';
import { judgeIdentity } from './identity';
import type { AwsAnswer } from '../aws/answer';
import { accountPublicAccess, s3ControlEndpoint } from './bucket/account-public-access';
import { bucketChecks, noBucketChecks } from './bucket/checks';
import { bucketContents } from './bucket/contents';
import { bucketFacts, type BucketFacts } from './bucket/facts';
import { judgeCallbacks } from './callbacks';
import { judgeSkew, type ClockSkew } from './clock';
import { keyChecks, noKeyChecks } from './key/checks';
import type { OutputMask } from '../mask';
import { judgeRooms } from './rooms';
import { readerChecks } from './reader/checks';
import { noRoleChecks, roleChecks } from './role/checks';
import { inspectRole, type InspectedRole } from './role/inspect-role';
import { roleState, type RoleState } from './role/state';
import { lookUp, type DeployedEnvironment, type GivenValue, type Source } from './settings/sources';
import { stackCheck } from './stack';
import { noTavusChecks, tavusChecks } from './tavus/checks';
import type { DoctorTavus } from './tavus/client';
import type { Check } from './check-result';

/** Settings and clients that all checks share. */
export interface DoctorContext {
  readonly values: SettingValues;
  /** Sources of the values; the first with a value wins. */
  readonly sources: readonly Source[];
  /** Environment given by --environment. */
  readonly deployed: DeployedEnvironment | undefined;
  /** AWS_WEB_IDENTITY_AUDIENCE and its source. */
  readonly audience: Pick<GivenValue, 'from' | 'value'> | undefined;
  readonly aws: AwsClients;
  /** Undefined without a valid key and address. */
  readonly tavus: DoctorTavus | undefined;
  readonly clocks: { readonly aws: ClockSkew; readonly tavus: ClockSkew };
  readonly createsTestConversation: boolean;
  readonly mask: OutputMask;
}

const missingReason = (name: string): string => `${name} is missing or wrong`;

/** All checks except those of the settings. All requests start at once. */
export function allChecks(context: DoctorContext): Check[] {
  const { values, aws, clocks, deployed } = context;
  const roleArn = values.TAVUS_AWS_ASSUME_ROLE_ARN;
  const owner = roleArn === undefined ? undefined : accountOfRole(roleArn);
  const identity = callerIdentity(aws.sts);
  const name = values.TAVUS_RECORDING_S3_BUCKET_NAME;
  const facts = name === undefined ? undefined : bucketFacts(aws.s3, name);
  const inspected = (arn: string | undefined): InspectedRole | undefined => {
    const account = arn === undefined ? undefined : accountOfRole(arn);
    if (arn === undefined || account === undefined) return undefined;
    const bucketRegion = facts?.region ?? Promise.resolve({ kind: 'missing' });
    return inspectRole({ iam: aws.iam, arn, account, identity, bucketRegion });
  };
  const role = inspected(roleArn);
  const roles =
    role === undefined ? noRoleChecks(missingReason('TAVUS_AWS_ASSUME_ROLE_ARN')) : roleChecks(role, name);
  return [
    {
      id: 'aws-identity',
      topic: 'aws',
      asks: 'AWS',
      run: async () => judgeIdentity(await identity, owner),
    },
    ...(deployed === undefined ? [] : [stackCheck(aws.cloudFormation, deployed)]),
    ...storageChecks(context, { identity, role, roles, name, facts }),
    ...readerChecks({
      ...context,
      iam: aws.iam,
      role: inspected(values.RECORDINGS_READER_ROLE_ARN),
      bucket: name === undefined || facts === undefined ? undefined : { name, facts },
      look: (other) => bucketFacts(aws.s3, other),
    }),
    ...vendorChecks(context, roles),
    { id: 'rooms', topic: 'tavus', run: () => judgeRooms(values.ROOM_ORIGIN) },
    {
      id: 'callback-url',
      topic: 'callbacks',
      run: () =>
        judgeCallbacks(lookUp(context.sources, 'PUBLIC_BASE_URL') !== undefined, values.PUBLIC_BASE_URL),
    },
    {
      id: 'clock-aws',
      topic: 'clock',
      run: async () => {
        await identity;
        return judgeSkew(clocks.aws.skew, 'AWS');
      },
    },
  ];
}

/** Requests to AWS that several checks share. */
interface AwsAnswers {
  readonly identity: Promise<AwsAnswer<Identity>>;
  readonly role: InspectedRole | undefined;
  readonly roles: readonly Check[];
  readonly name: string | undefined;
  readonly facts: BucketFacts | undefined;
}

/** Checks of bucket, role and key. */
function storageChecks(context: DoctorContext, { identity, role, roles, name, facts }: AwsAnswers): Check[] {
  const { values, aws, deployed } = context;
  if (name === undefined || facts === undefined) {
    const reason = missingReason('TAVUS_RECORDING_S3_BUCKET_NAME');
    return [...noBucketChecks(reason), ...roles, ...noKeyChecks(reason)];
  }
  const bucket = {
    name,
    region: values.TAVUS_RECORDING_S3_BUCKET_REGION,
    facts,
    contents: bucketContents(aws.s3, name),
    look: (other: string): BucketFacts => bucketFacts(aws.s3, other),
    accountPublicAccess: accountBlock(aws, identity, facts.region),
    vendorRole: role?.principal,
    promised: deployed?.promised,
    regionFix: (found: string) => regionFix(found, context),
  };
  return [
    ...bucketChecks(bucket),
    ...roles,
    ...keyChecks({ encryption: facts.encryption, region: facts.region, kms: aws.kms, role }),
  ];
}

/** Fix for each source that has the wrong region. A hand-over is fixed by a deployment, not by editing the file. */
function regionFix(
  found: string,
  { sources, deployed }: Pick<DoctorContext, 'sources' | 'deployed'>,
): string {
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

/** Block Public Access of the caller's account. It is the same in all regions. */
async function accountBlock(
  aws: AwsClients,
  identity: Promise<AwsAnswer<Identity>>,
  region: Promise<AwsAnswer<string | undefined>>,
): ReturnType<typeof accountPublicAccess> {
  const caller = await identity;
  if (caller.kind !== 'is') return caller;
  const where = await region;
  const endpoint = s3ControlEndpoint(
    caller.value.account,
    (where.kind === 'is' ? where.value : undefined) ?? 'us-east-1',
  );
  return accountPublicAccess(aws.s3At(endpoint), caller.value.account);
}

function vendorChecks(
  { values, tavus, clocks, createsTestConversation, mask }: DoctorContext,
  roles: readonly Check[],
): Check[] {
  if (tavus === undefined) {
    return noTavusChecks(missingReason('TAVUS_API_KEY or TAVUS_API_BASE_URL'), createsTestConversation);
  }
  const { TAVUS_REPLICA_ID: replicaId, TAVUS_PERSONA_ID: personaId } = values;
  // Includes the storage even when recording is off: the test is about role and bucket.
  const testConfig = createsTestConversation
    ? { tavus: tavusConfig(values), recording: recordingConfig(values) }
    : undefined;
  const role = (): Promise<RoleState> => roleState(roles);
  const checks = tavusChecks({ tavus, replicaId, personaId, testConfig, role, mask });
  const key = checks.find(({ id }) => id === 'tavus-key');
  return [
    ...checks,
    {
      id: 'clock-tavus',
      topic: 'clock',
      run: async () => {
        await key?.run();
        return judgeSkew(clocks.tavus.skew, 'Tavus');
      },
    },
  ];
}
