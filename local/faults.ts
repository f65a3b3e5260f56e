import { VENDOR_ACCOUNT_ID, VENDOR_EXTERNAL_ID, VENDOR_SESSION_SECONDS } from '../contract/vendor-facts';
import type { FaultOverrides } from './tavus/fault-config';
import { without, withoutActions, withRole, withTrust } from './template-mutations';
import type { Template } from './template';

/** The three values as the backend would send them to Tavus. */
export interface RequestValues {
  readonly bucketName: string;
  readonly bucketRegion: string;
  readonly roleArn: string;
}

/** A mistake that shows only while calls are held with the deployed backend. */
export interface RunningFault {
  /** Whether the page asks for the recording. */
  readonly asks: boolean;
  /** How Tavus behaves. */
  readonly tavus?: FaultOverrides;
  /** The bucket refuses uploads once the conversation has been created. */
  readonly bucketRefuses?: true;
  /** What the watch must tell, by its own name. Undefined: nothing, because the recording is there. */
  readonly cause?: string;
}

/** A mistake that people really make on the way to their first recording. */
export interface Fault {
  /** One line for `--help`. */
  readonly summary: string;
  /** What its victim sees. */
  readonly howItLooks: string;
  /** The sentence that would have saved them, with the way to check it. */
  readonly sentence: string;
  /** The mistake in the deployed stack, made in a copy of the synthesized template. */
  readonly inTemplate?: (template: Template) => Template;
  /** The mistake in what the backend sends. */
  readonly inRequest?: (values: RequestValues) => RequestValues;
  readonly running?: RunningFault;
}

const REFUSED = 'no conversation can be started, and no word says which of the parameters is wrong';
const SILENT =
  'the conversation is created, the call goes well, and no callback ever comes. Only a page that listens for recording-error knows';

const MISSED =
  'the conversation is created, the call goes well, and nobody is told anything: weeks later somebody looks for the recording';

const ANOTHER_ACCOUNT = '444455556666';
/** What Tavus sends about a call, as far as the simulator does. */
const EVERY_CALLBACK = [
  'system.replica_joined',
  'system.shutdown',
  'application.transcription_ready',
  'application.recording_ready',
  'application.recording_copy_failed',
  'application.perception_analysis',
];

const ANOTHER_REGION = 'eu-west-1';

/** Every mistake by its name on the command line. */
export const FAULTS = {
  'no-external-id': {
    summary: "the role's trust has no ExternalId condition",
    howItLooks: REFUSED,
    sentence: `The trust policy needs StringEquals sts:ExternalId = "${VENDOR_EXTERNAL_ID}" (lower case). Check: aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument`,
    inTemplate: withTrust((statement) => without(statement, 'Condition')),
  },
  'one-hour': {
    summary: "the role's session may last one hour, AWS's default, instead of twelve",
    howItLooks: REFUSED,
    sentence: `Tavus asks for a session of ${VENDOR_SESSION_SECONDS} s and AWS refuses more than the role allows. Fix: aws iam update-role --role-name <role> --max-session-duration ${VENDOR_SESSION_SECONDS}`,
    inTemplate: withRole((role) => without(role, 'MaxSessionDuration')),
  },
  'wrong-account': {
    summary: 'the role trusts another AWS account than the one that writes the recordings',
    howItLooks: REFUSED,
    sentence: `The writer is Daily's account ${VENDOR_ACCOUNT_ID}, not Tavus's or your own. Check: aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument`,
    inTemplate: withTrust((statement) => ({
      ...statement,
      Principal: { AWS: `arn:aws:iam::${ANOTHER_ACCOUNT}:root` },
    })),
  },
  'wrong-region': {
    summary: 'the backend names another region than the one the bucket is in',
    howItLooks: SILENT,
    sentence:
      'TAVUS_RECORDING_S3_BUCKET_REGION must be where the bucket is, as a code. Check: aws s3api head-bucket --bucket <bucket> --query BucketRegion',
    inRequest: (values) => ({ ...values, bucketRegion: ANOTHER_REGION }),
  },
  'no-kms-grant': {
    summary: 'the bucket encrypts with a KMS key that the role may not use',
    howItLooks: SILENT,
    sentence:
      'With a customer key the role also needs kms:GenerateDataKey and kms:Decrypt on that key: every upload is AccessDenied without them. Check: aws s3api get-bucket-encryption --bucket <bucket>',
    inTemplate: withoutActions((action) => action.startsWith('kms:')),
  },
  'no-multipart-permission': {
    summary: 'the role may put and get objects, but none of the multipart actions',
    howItLooks: SILENT,
    sentence:
      'Recordings are multipart uploads: all eight S3 actions are needed, on bucket and objects, not only PutObject and GetObject. Check: aws iam list-role-policies --role-name <role>',
    inTemplate: withoutActions((action) => action.includes('Multipart')),
  },
  'nobody-starts-recording': {
    summary: 'the page joins the call and never calls startRecording()',
    howItLooks: MISSED,
    sentence:
      'enable_recording only allows a recording: a browser in the call has to start it. Use recordWhenJoined (docs/own-front-end.md)',
    running: { asks: false, cause: 'not-asked' },
  },
  'callback-lost': {
    summary: 'no callback reaches the backend',
    howItLooks:
      'the recording is in the bucket, and Tavus cannot tell the backend, which finds it there some minutes later. A backend that may not read the bucket tells it as missing',
    sentence:
      'PUBLIC_BASE_URL must lead Tavus to the backend, past sign-in and firewalls. Check: npx recordings doctor (callback-url)',
    running: { asks: true, tavus: { drop: EVERY_CALLBACK, readyLogged: false } },
  },
  'storage-denies': {
    summary:
      'the bucket refuses uploads while the backend runs, and the page does not listen for recording-error',
    howItLooks: MISSED,
    sentence:
      'Somebody has changed the bucket or the role since the deployment. Check: npx recordings doctor (bucket-policy, role-actions)',
    running: { asks: true, bucketRefuses: true, cause: 'not-stored' },
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;

export const isFaultName = (name: string): name is FaultName => Object.hasOwn(FAULTS, name);

/** The mistake of a name, in its general form. */
export const faultNamed = (name: FaultName): Fault => FAULTS[name];
