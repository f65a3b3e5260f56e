import { accountOfRole } from '../../contract/aws-values';
import { stackName } from '../../contract/hand-over';
import { recordingConfig, tavusConfig } from '../../app/tavus/config';
import type { SettingValues } from '../../contract/settings';
import type { AwsClients } from '../aws/clients';
import { callerIdentity, type Identity } from '../aws/identity';
import { judgeIdentity } from './identity';
import type { Answer } from '../aws/answer';
import { accountPublicAccess, s3ControlEndpoint } from './bucket/account-public-access';
import { bucketChecks, noBucketChecks } from './bucket/checks';
import { bucketContents } from './bucket/contents';
import { bucketFacts, type BucketFacts } from './bucket/facts';
import { holdsBucketCheck } from './bucket/holds-bucket';
import { judgeCallbacks } from './callbacks';
import { judgeSkew, type ClockSkew } from './clock';
import { keyChecks, noKeyChecks } from './key/checks';
import type { Mask } from '../mask';
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

/** Everything that is asked, and who asks. */
export interface DoctorContext {
  readonly values: SettingValues;
  /** Where the values are from, the first that has one wins. */
  readonly sources: readonly Source[];
  /** The environment that was named, if one was. */
  readonly deployed: DeployedEnvironment | undefined;
  /** AWS_WEB_IDENTITY_AUDIENCE, and where it stands. */
  readonly audience: Pick<GivenValue, 'from' | 'value'> | undefined;
  readonly aws: AwsClients;
  /** Undefined when there is no key or no address to ask Tavus with. */
  readonly tavus: DoctorTavus | undefined;
  readonly clocks: { readonly aws: ClockSkew; readonly tavus: ClockSkew };
  readonly createsTestConversation: boolean;
  readonly mask: Mask;
}

const NOT_KNOWN = (name: string): string => `${name} is missing or wrong`;

/** All checks but those of the settings themselves. What is asked is asked at once. */
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
    role === undefined ? noRoleChecks(NOT_KNOWN('TAVUS_AWS_ASSUME_ROLE_ARN')) : roleChecks(role, name);
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

/** What is asked of AWS, once for all checks. */
interface AwsAnswers {
  readonly identity: Promise<Answer<Identity>>;
  readonly role: InspectedRole | undefined;
  readonly roles: readonly Check[];
  readonly name: string | undefined;
  readonly facts: BucketFacts | undefined;
}

/** None without such a bucket. */
const holdsChecks = (name: string | undefined, look: (bucket: string) => BucketFacts): Check[] =>
  name === undefined ? [] : [holdsBucketCheck(name, look(name))];

/** Bucket, role and key. */
function storageChecks(context: DoctorContext, { identity, role, roles, name, facts }: AwsAnswers): Check[] {
  const { values, aws, deployed } = context;
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
    vendorRole: role?.principal,
    promised: deployed?.promised,
    regionFix: (found: string) => regionFix(found, context),
  };
  return [
    ...bucketChecks(bucket),
    ...holdsChecks(values.RECORDINGS_HOLDS_BUCKET_NAME, bucket.look),
    ...roles,
    ...keyChecks({ encryption: facts.encryption, region: facts.region, kms: aws.kms, role }),
  ];
}

/** What to do where another region than the bucket's stands: of a hand-over the deployment decides, not its reader. */
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

/** The block of the account that asks; any region answers for all. */
async function accountBlock(
  aws: AwsClients,
  identity: Promise<Answer<Identity>>,
  region: Promise<Answer<string | undefined>>,
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
    return noTavusChecks(NOT_KNOWN('TAVUS_API_KEY or TAVUS_API_BASE_URL'), createsTestConversation);
  }
  const { TAVUS_REPLICA_ID: replicaId, TAVUS_PERSONA_ID: personaId } = values;
  // Storage whenever it is known, recording on or off: that is what is to be tried.
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
