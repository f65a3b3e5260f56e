import type * as z from 'zod';
import { accountId, region, roleArn } from '../../../contract/aws-values';
import { ENVIRONMENT_NAME } from '../../../contract/environments';
import { PROGRAM_KEYS } from '../../../contract/program-keys';
import { guid, matching } from '../../../contract/schemas';

/** Jobs that only check, and jobs that deploy. */
export type JobKind = 'check' | 'deploy';

/** A variable that a person sets in GitHub once, from the outputs of the CI identities. */
export interface CiVariable {
  readonly from: string;
  readonly jobs: readonly JobKind[];
  /** Whether it is the identity of the job, which only a workflow needs. @default false */
  readonly isIdentity?: boolean;
  readonly schema: z.ZodType;
  /** Reason in an error about it. */
  readonly why: string;
}

const BOTH: readonly JobKind[] = ['check', 'deploy'];
const AWS_CI_IDENTITY = 'the stack `TavusRecordingsTrust`';
const AZURE_CI_IDENTITY = 'the identities in Azure';

const A_GUID = guid('is not a GUID');

/** Targets and identities of CI, by name of the GitHub variable. */
export const CI_VARIABLES = {
  RECORDINGS_ENVIRONMENT: {
    from: '`environments` in `cdk.json`',
    jobs: BOTH,
    schema: matching(ENVIRONMENT_NAME, "is not an environment's name"),
    why: 'It selects the bucket and the backend.',
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
    from: `output \`DeployRoleArn\` of ${AWS_CI_IDENTITY}`,
    jobs: ['deploy'],
    isIdentity: true,
    schema: roleArn,
    why: 'The job would have no AWS identity.',
  },
  AWS_CHECK_ROLE_ARN: {
    from: `output \`CheckRoleArn\` of ${AWS_CI_IDENTITY}`,
    jobs: ['check'],
    isIdentity: true,
    schema: roleArn,
    why: 'The job would have no AWS identity.',
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
    from: AZURE_CI_IDENTITY,
    jobs: BOTH,
    schema: A_GUID,
    why: 'The job would have no Azure identity.',
  },
  AZURE_SUBSCRIPTION_ID: {
    from: AZURE_CI_IDENTITY,
    jobs: BOTH,
    schema: A_GUID,
    why: 'The backend could be created in a wrong subscription.',
  },
  AZURE_DEPLOY_CLIENT_ID: {
    from: AZURE_CI_IDENTITY,
    jobs: ['deploy'],
    isIdentity: true,
    schema: A_GUID,
    why: 'The job would have no Azure identity.',
  },
  AZURE_CHECK_CLIENT_ID: {
    from: AZURE_CI_IDENTITY,
    jobs: ['check'],
    isIdentity: true,
    schema: A_GUID,
    why: 'The job would have no Azure identity.',
  },
  AZURE_RESOURCE_GROUP: {
    from: AZURE_CI_IDENTITY,
    jobs: BOTH,
    schema: PROGRAM_KEYS.resourceGroupName.schema,
    why: 'The identities have rights only in this resource group.',
  },
  PULUMI_BACKEND_URL: {
    from: AZURE_CI_IDENTITY,
    jobs: BOTH,
    schema: matching(
      /^azblob:\/\/[a-z\d](?:-?[a-z\d]){2,62}\?storage_account=[a-z\d]{3,24}$/,
      'is not azblob://<container>?storage_account=<name>',
    ),
    why: 'Without its state Pulumi would create everything again.',
  },
  PULUMI_SECRETS_PROVIDER: {
    from: AZURE_CI_IDENTITY,
    jobs: BOTH,
    schema: matching(
      /^azurekeyvault:\/\/[a-zA-Z\d-]+\.vault\.azure\.net\/keys\/[a-zA-Z\d-]+$/,
      'is not azurekeyvault://<vault>.vault.azure.net/keys/<key>',
    ),
    why: 'Secrets would be unreadable, or encrypted with a wrong key.',
  },
} as const satisfies Readonly<Record<string, CiVariable>>;

export type CiVariableName = keyof typeof CI_VARIABLES;

const isCiVariable = (name: string): name is CiVariableName => Object.hasOwn(CI_VARIABLES, name);

/** In the table's order. */
export const CI_VARIABLE_NAMES: readonly CiVariableName[] = Object.keys(CI_VARIABLES).filter(isCiVariable);
