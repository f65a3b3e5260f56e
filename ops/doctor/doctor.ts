import type { Proxy } from '../../contract/proxy';
import type { CliContext } from '../cli-context';
import { awsClients } from '../aws/clients';
import { allChecks } from './checks';
import { ClockWatch } from './clock';
import { maskOf, type Mask } from '../mask';
import { proxyOf } from '../proxy';
import type { DoctorOptions } from './options';
import { writeBundle } from './bundle';
import { exitCode, textReport, toJson } from './report';
import { runChecks } from './run-checks';
import { readSettings } from './settings/read';
import { lookUp, readSources } from './settings/sources';
import { stackFileChecks } from './stack-files/checks';
import { readStackFiles, stackValue } from './stack-files/read';
import { doctorTavus } from './tavus/client';
import { ok, type Check, type Line } from './verdict';
import { waitForSpreading } from './wait';

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
  const lines = await examine(options, context, connect);
  const seconds = Math.round(performance.now() - startedAt) / 1000;
  const isColourful = stdout.isTTY === true && stdout.hasColors?.() === true;
  const report = toJson(lines, seconds);
  stdout.write(
    options.json
      ? `${JSON.stringify(report, null, 2)}\n`
      : textReport(lines, seconds, { colour: isColourful }),
  );
  if (options.bundle !== undefined) await writeBundle(options.bundle, options, report, context);
  return exitCode(lines);
}

/** Checks everything; see {@link doctor}. Without secrets in what it answers. */
export async function examine(
  options: Omit<DoctorOptions, 'json'>,
  { env, stderr }: Pick<CliContext, 'env' | 'stderr'>,
  connect: typeof awsClients,
): Promise<readonly Line[]> {
  const sources = readSources(options, env);
  const { values, secrets, checks } = readSettings(sources.inOrder);
  const mask = maskOf(secrets);
  const proxy = proxyOf(env);
  const clocks = { aws: new ClockWatch(), tavus: new ClockWatch() };
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
    const patient = {
      values,
      sources: sources.inOrder,
      deployed: sources.deployed,
      audience:
        lookUp(sources.inOrder, 'AWS_WEB_IDENTITY_AUDIENCE') ??
        stackValue(stacks, sources.deployed?.environment, 'awsWebIdentityAudience'),
      aws,
      tavus,
      clocks,
      isTested: options.createTestConversation,
      mask,
    };
    const all = [
      ...sources.checks,
      ...checks,
      ...proxyChecks(proxy),
      ...stackFileChecks(stacks),
      ...allChecks(patient),
    ];
    const progress = (text: string): void => void stderr.write(`${text}\n`);
    const first = await runChecks(all, { progress });
    // Each round asks anew: the checks of one round share what they were answered.
    const again = (ids: ReadonlySet<string>): Promise<Line[]> =>
      runChecks(
        allChecks(patient).filter(({ id }) => ids.has(id)),
        { progress },
      );
    const found = await waitForSpreading(first, again, { mostMs: options.waitMs ?? 0, progress });
    return found.map((line) => masked(line, mask));
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
          verdict: () => ok(`${proxy.displayUrl}, of HTTPS_PROXY`, 'a proxy that leads to Tavus and AWS'),
        },
      ];

/** Whatever a check took over from others: before the report is put together, so that its form stays whole. */
function masked(line: Line, mask: Mask): Line {
  return {
    ...line,
    found: mask(line.found),
    expected: mask(line.expected),
    ...(line.fix === undefined ? {} : { fix: mask(line.fix) }),
  };
}
