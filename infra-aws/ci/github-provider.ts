import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { GITHUB_AUDIENCE, GITHUB_ISSUER } from './github-role';

/**
 * The account's identity provider for GitHub's tokens. No thumbprints: AWS ignores them for this issuer and checks its
 * certificate by its own list of authorities.
 *
 * Retained when the stack is deleted: an account can have only one provider for an issuer, so others may use it.
 *
 * @see https://github.com/aws-actions/configure-aws-credentials (README of v6.2.3, read 2026-11-22)
 */
export class GithubProvider extends iam.OidcProviderNative {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      url: `https://${GITHUB_ISSUER}`,
      clientIds: [GITHUB_AUDIENCE],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
