import type { Proxy } from '../../contract/proxy';
import type { CliContext } from '../cli-context';
import { awsClients } from '../aws/clients';
import { allChecks } from './checks';
import { ClockSkew } from './clock';
import { maskOf, type OutputMask } from '../mask';
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

/** Region for STS when the settings name none; STS answers in every region. */
const ANY_REGION = 'us-east-1';

/**
 * Runs all checks and prints the report.
 * @param connect creates the AWS clients @default the SDK's, configured by the environment
 * @returns the exit code
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

/** Runs all checks. Secrets in the results are masked. */
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
    // Each round needs new requests: the checks of one round share their answers.
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
          run: () => ok(`${proxy.displayUrl}, of HTTPS_PROXY`, 'a proxy that reaches Tavus and AWS'),
        },
      ];

/** Masks texts from AWS and Tavus before the report is formatted, so that masking cannot break its form. */
function masked(result: CheckResult, mask: OutputMask): CheckResult {
  return {
    ...result,
    found: mask(result.found),
    expected: mask(result.expected),
    ...(result.fix === undefined ? {} : { fix: mask(result.fix) }),
  };
}
