import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { problem } from '../../contract/problem';
import { errorCode } from '../error-code';
import { UsageError } from '../usage-error';

const CONNECT_TIMEOUT_MS = 3_000;
const ANSWER_TIMEOUT_MS = 8_000;

type Handled = ReturnType<NodeHttpHandler['handle']>;

/** How requests to AWS are sent: with timeouts, until all of them are given up at once. */
export class AwsHttp extends NodeHttpHandler {
  private readonly ending = new AbortController();

  /**
   * @param onDate gets the `Date` header of every answer, refusals too
   * @throws UsageError when the file of AWS_CA_BUNDLE cannot be read
   */
  constructor(
    env: NodeJS.ProcessEnv,
    private readonly onDate: (date: string | undefined) => void = () => undefined,
  ) {
    super({
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: ANSWER_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      httpsAgent: new Agent({ keepAlive: true, ...trusted(env['AWS_CA_BUNDLE']) }),
    });
  }

  override async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>): Handled {
    const answer = await super.handle(request, { ...options, abortSignal: this.ending.signal });
    this.onDate(answer.response.headers['date']);
    return answer;
  }

  /** Gives up what is under way, and whatever the SDK would try again. */
  end(): void {
    this.ending.abort();
    this.destroy();
  }
}

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
        why: 'No answer could be trusted as that of AWS.',
        fix: 'Name a file that is there, or unset it.',
      }),
    ]);
  }
}
