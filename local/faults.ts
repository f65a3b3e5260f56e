import { VENDOR_ACCOUNT_ID, VENDOR_EXTERNAL_ID, VENDOR_SESSION_SECONDS } from '../contract/vendor-facts';
import type { FaultOverrides } from './tavus/fault-config';
import { without, withoutActions, withRole, withTrust } from './template-mutations';
import type { Template } from './template';

/** The three values that the backend sends to Tavus. */
export interface RequestValues {
  readonly bucketName: string;
  readonly bucketRegion: string;
  readonly roleArn: string;
}

/** The part of a fault that shows only in calls with the deployed backend. */
export interface RuntimeFault {
  /** Whether the page starts the recording. */
  readonly asks: boolean;
  /** Faults of the simulator. */
  readonly tavus?: FaultOverrides;
  /** Whether the bucket policy denies uploads. */
  readonly bucketRefuses?: true;
  /** Cause that the watch must report; undefined when it must report nothing, because the recording is in the bucket. */
  readonly cause?: string;
}

/** A fault that people often cause on the way to their first recording. */
export interface LaptopFault {
  /** One line for `--help`. */
  readonly summary: string;
  /** The symptom. */
  readonly howItLooks: string;
  /** The fix, and a command that checks it. */
  readonly sentence: string;
  /** Breaks the synthesized template. */
  readonly inTemplate?: (template: Template) => Template;
  /** Breaks the values that the backend sends. */
  readonly inRequest?: (values: RequestValues) => RequestValues;
  readonly running?: RuntimeFault;
}

const REFUSED = 'no conversation can be started, and the error does not say which parameter is wrong';
const SILENT =
  'the conversation is created and the call works, but no callback comes. Only a page that listens for recording-error notices';

const MISSED =
  'the conversation is created and the call works, but the recording is missing. Without the watch it is missed weeks later';

const ANOTHER_ACCOUNT = '444455556666';
/** All callbacks that the simulator sends about a call. */
const EVERY_CALLBACK = [
  'system.replica_joined',
  'system.shutdown',
  'application.transcription_ready',
  'application.recording_ready',
  'application.recording_copy_failed',
  'application.perception_analysis',
];

const ANOTHER_REGION = 'eu-west-1';

/** All faults, by their names on the command line. */
export const FAULTS = {
  'no-external-id': {
    summary: "the role's trust policy has no ExternalId condition",
    howItLooks: REFUSED,
    sentence: `The trust policy needs StringEquals sts:ExternalId = "${VENDOR_EXTERNAL_ID}" (lower case). Check: aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument`,
    inTemplate: withTrust((statement) => without(statement, 'Condition')),
  },
  'one-hour': {
    summary: "the role's longest session is one hour, AWS's default, instead of twelve",
    howItLooks: REFUSED,
    sentence: `Tavus asks for a session of ${VENDOR_SESSION_SECONDS} s and AWS refuses more than the role allows. Fix: aws iam update-role --role-name <role> --max-session-duration ${VENDOR_SESSION_SECONDS}`,
    inTemplate: withRole((role) => without(role, 'MaxSessionDuration')),
  },
  'wrong-account': {
    summary: 'the role trusts an AWS account that is not the one that writes the recordings',
    howItLooks: REFUSED,
    sentence: `The writer is Daily's account ${VENDOR_ACCOUNT_ID}, not Tavus's or your own. Check: aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument`,
    inTemplate: withTrust((statement) => ({
      ...statement,
      Principal: { AWS: `arn:aws:iam::${ANOTHER_ACCOUNT}:root` },
    })),
  },
  'wrong-region': {
    summary: 'the backend sends another region than that of the bucket',
    howItLooks: SILENT,
    sentence:
      "TAVUS_RECORDING_S3_BUCKET_REGION must be the code of the bucket's region. Check: aws s3api head-bucket --bucket <bucket> --query BucketRegion",
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
    summary: 'the role may put and get objects, but has no right to multipart uploads',
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
      'the recording is in the bucket, and the backend finds it there some minutes later. A backend without access to the bucket reports it as missing',
    sentence:
      'Tavus must reach the backend at PUBLIC_BASE_URL, without sign-in and through firewalls. Check: npx recordings doctor (callback-url)',
    running: { asks: true, tavus: { drop: EVERY_CALLBACK, readyLogged: false } },
  },
  'storage-denies': {
    summary:
      'the bucket denies uploads while the backend runs, and the page does not listen for recording-error',
    howItLooks: MISSED,
    sentence:
      'The bucket or the role was changed after the deployment. Check: npx recordings doctor (bucket-policy, role-actions)',
    running: { asks: true, bucketRefuses: true, cause: 'not-stored' },
  },
} as const satisfies Readonly<Record<string, LaptopFault>>;

export type FaultName = keyof typeof FAULTS;

export const isFaultName = (name: string): name is FaultName => Object.hasOwn(FAULTS, name);

/** The fault with this name, typed as {@link LaptopFault}. */
export const faultNamed = (name: FaultName): LaptopFault => FAULTS[name];
