import type * as z from 'zod';
import { accountId, region, roleArn } from '../../../contract/aws-values';
import { ENVIRONMENT_NAME } from '../../../contract/environments';
import { PROGRAM_KEYS } from '../../../contract/program-keys';
import { guid, matching } from '../../../contract/schemas';

/** Which jobs need a value: those that only look, those that deploy. */
export type JobKind = 'check' | 'deploy';

/** A value that a person takes over from what was made once, to let GitHub in. */
export interface CiVariable {
  readonly from: string;
  readonly meaning: string;
  readonly jobs: readonly JobKind[];
  /** Whom the job becomes in a cloud; only a workflow needs it. @default false */
  readonly isIdentity?: boolean;
  readonly schema: z.ZodType;
  /** Third part of an error about it. */
  readonly why: string;
}

const BOTH: readonly JobKind[] = ['check', 'deploy'];
const AWS_CI_IDENTITY = 'the stack `TavusRecordingsTrust`';
const AZURE_CI_IDENTITY = 'the Azure trust';

const A_GUID = guid('is not a GUID');

/** Where CI deploys to and who it is there, by the name of the GitHub variable. */
export const CI_VARIABLES = {
  RECORDINGS_ENVIRONMENT: {
    from: '`environments` in `cdk.json`',
    meaning: 'Environment that is deployed; the Pulumi stack has its name.',
    jobs: BOTH,
    schema: matching(ENVIRONMENT_NAME, "is not an environment's name"),
    why: 'Nobody would know which bucket and which backend are meant.',
  },
  AWS_ACCOUNT_ID: {
    from: 'your AWS account',
    meaning: 'Account that is deployed to; credentials of another one are refused.',
    jobs: BOTH,
    schema: accountId,
    why: 'Recordings could go to an account that is not yours to keep.',
  },
  AWS_REGION: {
    from: 'where the bootstrap was run',
    meaning: 'Region of bucket and role.',
    jobs: BOTH,
    schema: region,
    why: 'Recordings could be kept where they must not be.',
  },
  AWS_DEPLOY_ROLE_ARN: {
    from: `output \`DeployRoleArn\` of ${AWS_CI_IDENTITY}`,
    meaning: 'Role that the job which deploys assumes.',
    jobs: ['deploy'],
    isIdentity: true,
    schema: roleArn,
    why: 'The job would be nobody in AWS.',
  },
  AWS_CHECK_ROLE_ARN: {
    from: `output \`CheckRoleArn\` of ${AWS_CI_IDENTITY}`,
    meaning: 'Role that a job which only looks assumes.',
    jobs: ['check'],
    isIdentity: true,
    schema: roleArn,
    why: 'The job would be nobody in AWS.',
  },
  CDK_QUALIFIER: {
    from: '`bootstrapQualifier` of the trust',
    meaning: "Which CDK bootstrap is used: this project's own.",
    jobs: BOTH,
    schema: matching(
      /^(?!hnb659fds$)[a-z\d]{1,10}$/,
      'is not 1 to 10 lower-case letters and digits, other than hnb659fds',
    ),
    why: 'The ordinary bootstrap deploys with the rights of an administrator.',
  },
  AZURE_TENANT_ID: {
    from: AZURE_CI_IDENTITY,
    meaning: 'Directory of both identities.',
    jobs: BOTH,
    schema: A_GUID,
    why: 'The job would be nobody in Azure.',
  },
  AZURE_SUBSCRIPTION_ID: {
    from: AZURE_CI_IDENTITY,
    meaning: 'Subscription that is deployed to.',
    jobs: BOTH,
    schema: A_GUID,
    why: 'The backend could be made where nobody looks for it, or pays for it.',
  },
  AZURE_DEPLOY_CLIENT_ID: {
    from: AZURE_CI_IDENTITY,
    meaning: 'Identity that the job which deploys is.',
    jobs: ['deploy'],
    isIdentity: true,
    schema: A_GUID,
    why: 'The job would be nobody in Azure.',
  },
  AZURE_CHECK_CLIENT_ID: {
    from: AZURE_CI_IDENTITY,
    meaning: 'Identity that a job which only looks is.',
    jobs: ['check'],
    isIdentity: true,
    schema: A_GUID,
    why: 'The job would be nobody in Azure.',
  },
  AZURE_RESOURCE_GROUP: {
    from: AZURE_CI_IDENTITY,
    meaning: 'Resource group that everything is deployed into: `resourceGroupName` of the Pulumi stack.',
    jobs: BOTH,
    schema: PROGRAM_KEYS.resourceGroupName.schema,
    why: 'The identities have rights in one resource group alone.',
  },
  PULUMI_BACKEND_URL: {
    from: AZURE_CI_IDENTITY,
    meaning: 'Where Pulumi keeps its state.',
    jobs: BOTH,
    schema: matching(
      /^azblob:\/\/[a-z\d](?:-?[a-z\d]){2,62}\?storage_account=[a-z\d]{3,24}$/,
      'is not azblob://<container>?storage_account=<name>',
    ),
    why: 'Without its state Pulumi would make everything a second time.',
  },
  PULUMI_SECRETS_PROVIDER: {
    from: AZURE_CI_IDENTITY,
    meaning: "Key that encrypts the stack's secrets: `secretsprovider` of the stack's file.",
    jobs: BOTH,
    schema: matching(
      /^azurekeyvault:\/\/[a-zA-Z\d-]+\.vault\.azure\.net\/keys\/[a-zA-Z\d-]+$/,
      'is not azurekeyvault://<vault>.vault.azure.net/keys/<key>',
    ),
    why: 'Secrets would be encrypted with a key that nobody checked, or not be readable.',
  },
} as const satisfies Readonly<Record<string, CiVariable>>;

export type CiVariableName = keyof typeof CI_VARIABLES;

const isCiVariable = (name: string): name is CiVariableName => Object.hasOwn(CI_VARIABLES, name);

/** In the table's order. */
export const CI_VARIABLE_NAMES: readonly CiVariableName[] = Object.keys(CI_VARIABLES).filter(isCiVariable);
