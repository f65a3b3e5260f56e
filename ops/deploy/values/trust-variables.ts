import type * as z from 'zod';
import { accountId, region, roleArn } from '../../../contract/aws-values';
import { ENVIRONMENT_NAME } from '../../../contract/environments';
import { PROGRAM_KEYS } from '../../../contract/program-keys';
import { guid, matching } from '../../../contract/schemas';

/** Which jobs need a value: those that only look, those that deploy. */
export type JobKind = 'check' | 'deploy';

/** A value that a person takes over from what was made once, to let GitHub in. */
export interface TrustVariable {
  readonly from: string;
  readonly jobs: readonly JobKind[];
  /** Whom the job becomes in a cloud; only a workflow needs it. @default false */
  readonly isIdentity?: boolean;
  readonly schema: z.ZodType;
  /** Third part of an error about it. */
  readonly why: string;
}

const BOTH: readonly JobKind[] = ['check', 'deploy'];
const AWS_TRUST = 'the stack `TavusRecordingsTrust`';
const AZURE_TRUST = 'the identities in Azure';

const A_GUID = guid('is not a GUID');

/** Where CI deploys to and who it is there, by the name of the GitHub variable. */
export const TRUST_VARIABLES = {
  RECORDINGS_ENVIRONMENT: {
    from: '`environments` in `cdk.json`',
    jobs: BOTH,
    schema: matching(ENVIRONMENT_NAME, "is not an environment's name"),
    why: 'Nobody would know which bucket and which backend are meant.',
  },
  AWS_ACCOUNT_ID: {
    from: 'your AWS account',
    jobs: BOTH,
    schema: accountId,
    why: 'Recordings could go to the wrong AWS account.',
  },
  AWS_REGION: {
    from: 'the region of the bootstrap',
    jobs: BOTH,
    schema: region,
    why: 'Recordings could be stored in a region where they must not be.',
  },
  AWS_DEPLOY_ROLE_ARN: {
    from: `output \`DeployRoleArn\` of ${AWS_TRUST}`,
    jobs: ['deploy'],
    isIdentity: true,
    schema: roleArn,
    why: 'The job would be nobody in AWS.',
  },
  AWS_CHECK_ROLE_ARN: {
    from: `output \`CheckRoleArn\` of ${AWS_TRUST}`,
    jobs: ['check'],
    isIdentity: true,
    schema: roleArn,
    why: 'The job would be nobody in AWS.',
  },
  CDK_QUALIFIER: {
    from: '`bootstrapQualifier` of that stack',
    jobs: BOTH,
    schema: matching(
      /^(?!hnb659fds$)[a-z\d]{1,10}$/,
      'is not 1 to 10 lower-case letters and digits, other than hnb659fds',
    ),
    why: 'The ordinary bootstrap deploys with the rights of an administrator.',
  },
  AZURE_TENANT_ID: {
    from: AZURE_TRUST,
    jobs: BOTH,
    schema: A_GUID,
    why: 'The job would be nobody in Azure.',
  },
  AZURE_SUBSCRIPTION_ID: {
    from: AZURE_TRUST,
    jobs: BOTH,
    schema: A_GUID,
    why: 'The backend could be made where nobody looks for it, or pays for it.',
  },
  AZURE_DEPLOY_CLIENT_ID: {
    from: AZURE_TRUST,
    jobs: ['deploy'],
    isIdentity: true,
    schema: A_GUID,
    why: 'The job would be nobody in Azure.',
  },
  AZURE_CHECK_CLIENT_ID: {
    from: AZURE_TRUST,
    jobs: ['check'],
    isIdentity: true,
    schema: A_GUID,
    why: 'The job would be nobody in Azure.',
  },
  AZURE_RESOURCE_GROUP: {
    from: AZURE_TRUST,
    jobs: BOTH,
    schema: PROGRAM_KEYS.resourceGroupName.schema,
    why: 'The identities have rights in one resource group alone.',
  },
  PULUMI_BACKEND_URL: {
    from: AZURE_TRUST,
    jobs: BOTH,
    schema: matching(
      /^azblob:\/\/[a-z\d](?:-?[a-z\d]){2,62}\?storage_account=[a-z\d]{3,24}$/,
      'is not azblob://<container>?storage_account=<name>',
    ),
    why: 'Without its state Pulumi would make everything a second time.',
  },
  PULUMI_SECRETS_PROVIDER: {
    from: AZURE_TRUST,
    jobs: BOTH,
    schema: matching(
      /^azurekeyvault:\/\/[a-zA-Z\d-]+\.vault\.azure\.net\/keys\/[a-zA-Z\d-]+$/,
      'is not azurekeyvault://<vault>.vault.azure.net/keys/<key>',
    ),
    why: 'Secrets would be encrypted with a key that nobody checked, or not be readable.',
  },
} as const satisfies Readonly<Record<string, TrustVariable>>;

export type TrustVariableName = keyof typeof TRUST_VARIABLES;

const isTrustVariable = (name: string): name is TrustVariableName => Object.hasOwn(TRUST_VARIABLES, name);

/** In the table's order. */
export const TRUST_VARIABLE_NAMES: readonly TrustVariableName[] =
  Object.keys(TRUST_VARIABLES).filter(isTrustVariable);
