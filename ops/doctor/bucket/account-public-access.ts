import {
  GetPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ask, httpStatusOf, type Answer } from '../../aws/answer';

/** Address of the account's own settings of S3. */
export const s3ControlEndpoint = (account: string, region: string): string =>
  `https://${account}.s3-control.${region}.amazonaws.com`;

/** The parts of the SDK's request that are changed. */
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
 * The account's own Block Public Access, which S3 keeps at another address than a bucket's, in the same words.
 *
 * The bucket's call is sent there, because a package of its own for one call is not worth its megabytes.
 *
 * @param s3 a client of {@link s3ControlEndpoint} that serves nothing else
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html (read 2026-11-22)
 */
export function accountPublicAccess(
  s3: S3Client,
  account: string,
): Promise<Answer<PublicAccessBlockConfiguration | undefined>> {
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
      // S3 Control wraps its errors in another way than S3, so the status says more than the name.
      if (httpStatusOf(error) === 404) return undefined;
      throw error;
    }
  });
}
