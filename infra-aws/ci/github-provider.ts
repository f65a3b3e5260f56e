import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { GITHUB_AUDIENCE, GITHUB_ISSUER } from './github-role';

/**
 * The account's provider of GitHub's tokens. No thumbprints: AWS checks this issuer by its own list of authorities, and
 * ignores them.
 *
 * It stays when the stack goes: an account can have but one of an issuer, so others may have come to rely on it.
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
