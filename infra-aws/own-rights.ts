import { type IStackSynthesizer, LegacyStackSynthesizer } from 'aws-cdk-lib';

/**
 * Deploys with the rights of the person who runs `cdk deploy`, and passes no role to CloudFormation. The library's
 * BootstraplessSynthesizer would not do: it names the roles of the ordinary bootstrap all the same.
 *
 * Typed without what the library's class allows to be undefined and its interface does not.
 */
export const ownRights = (): Omit<
  IStackSynthesizer,
  'bootstrapQualifier' | 'cloudFormationExecutionRole' | 'lookupRole'
> => new LegacyStackSynthesizer();
