import {
  GetPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ask, httpStatusOf, type AwsAnswer } from '../../aws/answer';

/** Endpoint for the S3 settings of an account. */
export const s3ControlEndpoint = (account: string, region: string): string =>
  `https://${account}.s3-control.${region}.amazonaws.com`;

/** The parts of an SDK request that the middleware changes. */
interface HttpRequest {
  path: string;
  query: Record<string, unknown>;
  readonly headers: Record<string, string>;
}

const isHttpRequest = (request: unknown): request is HttpRequest =>
  typeof request === 'object' &&
  request !== null &&
  ['path', 'query', 'headers'].every((name) => Object.hasOwn(request, name));

/**
 * Block Public Access of the account. S3 serves it from another endpoint, in the format of a bucket's.
 *
 * Sends the call for a bucket to that endpoint: one call does not justify another SDK package.
 *
 * @param s3 a client of {@link s3ControlEndpoint}, used for nothing else
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html (read 2026-11-22)
 */
export function accountPublicAccess(
  s3: S3Client,
  account: string,
): Promise<AwsAnswer<PublicAccessBlockConfiguration | undefined>> {
  s3.middlewareStack.add(
    (next) => (args) => {
      if (isHttpRequest(args.request)) {
        args.request.path = '/v20180820/configuration/publicAccessBlock';
        args.request.query = {};
        args.request.headers['x-amz-account-id'] = account;
      }
      return next(args);
    },
    // Before the request is signed.
    { step: 'build', name: 'accountPublicAccess' },
  );
  return ask('s3:GetAccountPublicAccessBlock', async () => {
    try {
      const answer = await s3.send(new GetPublicAccessBlockCommand({ Bucket: 'account' }));
      return answer.PublicAccessBlockConfiguration;
    } catch (error) {
      // The SDK cannot parse the errors of S3 Control, so only the status is reliable.
      if (httpStatusOf(error) === 404) return undefined;
      throw error;
    }
  });
}
