import type { Proxy } from '../../contract/proxy';
import type { CliContext } from '../cli-context';
import { awsClients } from '../aws/clients';
import { allChecks } from './checks';
import { ClockSkew } from './clock';
import { maskOf, type Mask } from '../mask';
import { proxyOf } from '../proxy';
import type { DoctorOptions } from './options';
import { writeBundle } from './bundle';
import { doctorExitCode, textReport, toJson } from './report';
import { runChecks } from './run-checks';
import { judgeSettings } from './settings/read';
import { lookUp, readSources } from './settings/sources';
import { stackFileChecks } from './stack-files/checks';
import { readStackFiles, stackValue } from './stack-files/read';
import { doctorTavus } from './tavus/client';
import { ok, type Check, type CheckResult } from './check-result';
import { waitForPropagation } from './wait';

/** Where AWS is asked when the settings name no region; who we are is answered everywhere. */
const ANY_REGION = 'us-east-1';

/**
 * Checks everything and reports it. Answers the exit code.
 * @param connect makes the clients for AWS @default the SDK's, by the environment
 * @throws UsageError when a file cannot be read
 */
export async function doctor(
  options: DoctorOptions,
  context: CliContext,
  connect: typeof awsClients = awsClients,
): Promise<number> {
  const { stdout } = context;
  const startedAt = performance.now();
  const results = await collectResults(options, context, connect);
  const seconds = Math.round(performance.now() - startedAt) / 1000;
  const hasColour = stdout.isTTY === true && stdout.hasColors?.() === true;
  const report = toJson(results, seconds);
  stdout.write(
    options.json
      ? `${JSON.stringify(report, null, 2)}\n`
      : textReport(results, seconds, { colour: hasColour }),
  );
  if (options.bundle !== undefined) await writeBundle(options.bundle, options, report, context);
  return doctorExitCode(results);
}

/** Checks everything; see {@link doctor}. Without secrets in what it answers. */
export async function collectResults(
  options: Omit<DoctorOptions, 'json'>,
  { env, stderr }: Pick<CliContext, 'env' | 'stderr'>,
  connect: typeof awsClients,
): Promise<readonly CheckResult[]> {
  const sources = readSources(options, env);
  const { values, secrets, checks } = judgeSettings(sources.inOrder);
  const mask = maskOf(secrets);
  const proxy = proxyOf(env);
  const clocks = { aws: new ClockSkew(), tavus: new ClockSkew() };
  const { TAVUS_API_KEY: apiKey, TAVUS_API_BASE_URL: baseUrl } = values;
  const aws = connect(values.TAVUS_RECORDING_S3_BUCKET_REGION ?? ANY_REGION, env, (date) =>
    clocks.aws.note(date),
  );
  const tavus =
    apiKey === undefined || baseUrl === undefined
      ? undefined
      : doctorTavus({ apiKey, baseUrl, proxy }, (date) => clocks.tavus.note(date));
  try {
    const stacks = readStackFiles(process.cwd());
    const doctorContext = {
      values,
      sources: sources.inOrder,
      deployed: sources.deployed,
      audience:
        lookUp(sources.inOrder, 'AWS_WEB_IDENTITY_AUDIENCE') ??
        stackValue(stacks, sources.deployed?.environment, 'awsWebIdentityAudience'),
      aws,
      tavus,
      clocks,
      createsTestConversation: options.createTestConversation,
      mask,
    };
    const all = [
      ...sources.checks,
      ...checks,
      ...proxyChecks(proxy),
      ...stackFileChecks(stacks),
      ...allChecks(doctorContext),
    ];
    const progress = (text: string): void => void stderr.write(`${text}\n`);
    const first = await runChecks(all, { progress });
    // Each round asks anew: the checks of one round share what they were answered.
    const again = (ids: ReadonlySet<string>): Promise<CheckResult[]> =>
      runChecks(
        allChecks(doctorContext).filter(({ id }) => ids.has(id)),
        { progress },
      );
    const found = await waitForPropagation(first, again, { maxMs: options.waitMs ?? 0, progress });
    return found.map((result) => masked(result, mask));
  } finally {
    aws.close();
    await tavus?.close();
  }
}

/** None without a proxy. */
const proxyChecks = (proxy: Proxy | undefined): readonly Check[] =>
  proxy === undefined
    ? []
    : [
        {
          id: 'proxy',
          topic: 'settings',
          run: () => ok(`${proxy.shown}, of HTTPS_PROXY`, 'a proxy that leads to Tavus and AWS'),
        },
      ];

/** Whatever a check took over from others: before the report is put together, so that its form stays whole. */
function masked(result: CheckResult, mask: Mask): CheckResult {
  return {
    ...result,
    found: mask(result.found),
    expected: mask(result.expected),
    ...(result.fix === undefined ? {} : { fix: mask(result.fix) }),
  };
}
