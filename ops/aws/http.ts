import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { problem } from '../../contract/problem';
import { errorCode } from '../error-code';
import { throughProxy } from '../proxy';
import { UsageError } from '../usage-error';

const CONNECT_TIMEOUT_MS = 3_000;
const ANSWER_TIMEOUT_MS = 8_000;

type Handled = ReturnType<NodeHttpHandler['handle']>;

/** Sends requests to AWS with timeouts; {@link AwsHttp.end} aborts all of them. */
export class AwsHttp extends NodeHttpHandler {
  private readonly ending = new AbortController();

  /**
   * @param onDate gets the `Date` header of every answer, refusals too
   * @param answerTimeoutMs until an answer begins
   * @throws UsageError when the file of AWS_CA_BUNDLE cannot be read or the proxy of HTTPS_PROXY cannot be used
   */
  constructor(
    env: NodeJS.ProcessEnv,
    private readonly onDate: (date: string | undefined) => void = () => undefined,
    answerTimeoutMs = ANSWER_TIMEOUT_MS,
  ) {
    super({
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: answerTimeoutMs,
      throwOnRequestTimeout: true,
      httpsAgent: new Agent({ keepAlive: true, ...trusted(env['AWS_CA_BUNDLE']), ...throughProxy(env) }),
    });
  }

  override async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>): Handled {
    const answer = await super.handle(request, { ...options, abortSignal: this.ending.signal });
    this.onDate(answer.response.headers['date']);
    return answer;
  }

  /** Aborts pending requests and the retries of the SDK. */
  end(): void {
    this.ending.abort();
    this.destroy();
  }
}

/**
 * The SDK's default credential chain, sent through the same handler. By itself the SDK bypasses the proxy and
 * AWS_CA_BUNDLE for `aws sso`.
 */
export const credentialsBy = (requestHandler: AwsHttp): ReturnType<typeof defaultProvider> =>
  defaultProvider({ clientConfig: { requestHandler } });

/** The SDK for JavaScript does not read AWS_CA_BUNDLE, so it is read here; NODE_EXTRA_CA_CERTS is Node's. */
function trusted(bundle: string | undefined): { readonly ca?: Buffer } {
  if (bundle === undefined || bundle === '') return {};
  try {
    return { ca: readFileSync(bundle) };
  } catch (error) {
    throw new UsageError([
      problem({
        name: 'AWS_CA_BUNDLE',
        wrong: 'cannot be read',
        got: `${bundle} (${errorCode(error) ?? String(error)})`,
        why: "Without it AWS's certificate cannot be verified.",
        fix: 'Give a file that exists, or unset it.',
      }),
    ]);
  }
}
