import { GetOpenIDConnectProviderCommand, type IAMClient } from '@aws-sdk/client-iam';
import { ask, type AwsAnswer } from '../../aws/answer';

/** Audiences that an identity provider accepts. */
export const providerAudiences = (iam: IAMClient, arn: string): Promise<AwsAnswer<readonly string[]>> =>
  ask(
    'iam:GetOpenIDConnectProvider',
    async () => {
      const { ClientIDList: audiences = [] } = await iam.send(
        new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }),
      );
      return audiences;
    },
    ['NoSuchEntity', 'NoSuchEntityException'],
  );
