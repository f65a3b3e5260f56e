import { DescribeKeyCommand, GetKeyPolicyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { ask, type AwsAnswer } from '../../aws/answer';
import { parsePolicy, type NormalisedStatement } from '../policy/document';

export interface KeyFacts {
  readonly arn: string;
  /** `Enabled`, or another state in which it cannot be used. */
  readonly state: string;
  /** The AWS managed key needs no grant: S3 uses it for every principal of the account. */
  readonly isManagedByAws: boolean;
}

/** @param KeyId id, ARN or alias from the bucket's encryption */
export const keyFacts = (kms: KMSClient, KeyId: string): Promise<AwsAnswer<KeyFacts>> =>
  ask(
    'kms:DescribeKey',
    async () => {
      const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId }));
      return {
        arn: key?.Arn ?? '',
        state: key?.KeyState ?? 'without a state',
        isManagedByAws: key?.KeyManager === 'AWS',
      };
    },
    ['NotFoundException'],
  );

export const keyPolicy = (
  kms: KMSClient,
  KeyId: string,
): Promise<AwsAnswer<readonly NormalisedStatement[]>> =>
  ask('kms:GetKeyPolicy', async () => {
    const { Policy: policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
    return parsePolicy(policy);
  });
