import { type IStackSynthesizer, LegacyStackSynthesizer } from 'aws-cdk-lib';

/**
 * Deploys with the rights of the person who runs `cdk deploy`, and passes no role to CloudFormation. The library's
 * BootstraplessSynthesizer does not work for this: it still names the roles of the ordinary bootstrap.
 *
 * The type omits properties that are optional in the library's class but not in its interface.
 */
export const ownRights = (): Omit<
  IStackSynthesizer,
  'bootstrapQualifier' | 'cloudFormationExecutionRole' | 'lookupRole'
> => new LegacyStackSynthesizer();
