import path from 'node:path';
import { styleText } from 'node:util';
import { LAPTOP_ENV } from '../ops/prove/target';
import { BACKEND_LOG } from './azure/start-fake-azure';
import { TAVUS_KEY } from './backend/settings';
import { createBody } from './conversation';
import type { Laptop } from './laptop';
import { faultNamed, type FaultName } from './faults';
import type { Options } from './options';
import type { StepTime } from './progress-steps';
import { DEFAULT_REPLICA_ID } from './tavus/options';
import { totals } from './checks';
import { checkList, checkTable } from './format-checks';

const landed = ({ checks }: Laptop): boolean =>
  checks.some(({ id, state }) => id === 'landed' && state === 'passed') &&
  !checks.some(({ id, state }) => id === 'watched-recording' && state === 'failed');

/** The cause that the watch reported or, without a backend, that the simulator knows. Tavus would not report it. */
function causeOf({ backend, outcome }: Laptop): string | undefined {
  const watched = backend?.watched;
  if (watched === undefined) return outcome.sent?.sentence ?? undefined;
  return watched.reported?.reason ?? watched.judgement;
}

/** The effects of the chosen fault, its cause, and how to fix it. */
function faultReport(name: FaultName, laptop: Laptop): Record<string, string | null> {
  const fault = faultNamed(name);
  const reported = laptop.backend?.watched?.reported;
  return {
    name,
    summary: fault.summary,
    tavusSaid: laptop.outcome.refusal ?? null,
    browserHeard:
      laptop.outcome.roomEvents.filter((event) => event.startsWith('recording-')).join(', ') || null,
    howItLooks: fault.howItLooks,
    cause: causeOf(laptop) ?? null,
    watchSaid: reported?.msg ?? null,
    lookedAt: reported?.looked_at?.join(' ') ?? null,
    sentence: fault.sentence,
  };
}

/** The report as JSON, for programs. */
export function jsonReport(options: Options, laptop: Laptop, times: readonly StepTime[]): string {
  const counts = totals(laptop.checks);
  return JSON.stringify(
    {
      ok: counts.failed === 0,
      landed: landed(laptop),
      encryption: options.encryption,
      pulumiRunBy: laptop.backend?.stack?.runBy ?? null,
      mistake: options.fault === undefined ? null : faultReport(options.fault, laptop),
      totals: counts,
      checks: laptop.checks,
      steps: times,
    },
    null,
    2,
  );
}

/** The report for people: the checks and, with a fault, its effects. */
export function textReport(options: Options, laptop: Laptop, out: NodeJS.WriteStream): string {
  const show = options.verbose ? checkTable : checkList;
  const list = show(laptop.checks, { colour: out.isTTY && out.hasColors() });
  if (options.fault === undefined) {
    return `\n${list}\nThe Pulumi program was run by ${laptop.backend?.stack?.runBy}.\n`;
  }
  const report = faultReport(options.fault, laptop);
  const bold = (text: string): string => styleText('bold', text, { stream: out });
  // A fault in the running system shows in the report of the watch, any other in the first conversation.
  const effects: readonly (readonly [string, string | null | undefined])[] =
    faultNamed(options.fault).running === undefined
      ? [
          [
            'Tavus',
            report.tavusSaid === null
              ? 'accepted it (HTTP 200)'
              : `HTTP ${laptop.outcome.status}, "${report.tavusSaid}"`,
          ],
          [
            'Browser',
            report.browserHeard === null
              ? 'received no event of a recording'
              : `received ${report.browserHeard}`,
          ],
          ['Bucket', landed(laptop) ? 'the recording' : 'no recording'],
        ]
      : [
          ['Watch', report.watchSaid ?? 'reported nothing'],
          ['Evidence', report.lookedAt],
        ];
  const rows: readonly (readonly [string, string | null | undefined])[] = [
    ['Fault', report.summary],
    ...effects,
    ['Symptom', report.howItLooks],
    ['Cause', report.cause],
    ['Fix', report.sentence],
  ];
  const lines = rows
    .filter(([, text]) => text !== null)
    .map(([title, text]) => `${bold(`${title}:`)} ${text}`);
  return `\n${list}\n\n${lines.join('\n')}\n`;
}

/** The last screen: what a person can do while the laptop cloud stays up. */
export function stayingUp(laptop: Laptop, root: string): string {
  const { simulator, emulator, directory, request } = laptop;
  const backend = laptop.backend?.backend;
  const file = (name: string): string => path.relative(root, path.join(directory, name));
  const start =
    backend === undefined
      ? `
Start a conversation as the backend does; the answer contains the room's address:
  curl -s ${simulator.apiBaseUrl}/conversations -H 'x-api-key: ${TAVUS_KEY}' -H 'content-type: application/json' -d '${JSON.stringify(createBody(request, DEFAULT_REPLICA_ID, `${simulator.url}/nowhere`))}'
`
      : `
In a browser:
  ${backend.url}/qa          record a conversation    key: ${backend.startKey}
  ${backend.url}/recordings  play recordings          key: ${backend.operatorKey}

In another terminal, in the same folder:
  npx recordings prove                      records a conversation in a browser, and checks that it plays
  env $(cat ${file(LAPTOP_ENV)}) npx recordings list
                                            the same for show, reconcile, erase, hold, doctor
`;
  return `${start}
Up until Ctrl-C:
  Tavus simulator  ${simulator.apiBaseUrl}
  AWS              ${emulator.endpoint}
  files            ${file('')}: keys in ${LAPTOP_ENV}, the backend's log in ${BACKEND_LOG}
`;
}
