import path from 'node:path';
import { styleText } from 'node:util';
import { LAPTOP_ENV } from '../ops/prove/target';
import { BACKEND_LOG } from './azure/stand-in';
import { TAVUS_KEY } from './backend/settings';
import { createBody } from './conversation';
import type { Laptop } from './laptop';
import { faultNamed, type FaultName } from './faults';
import type { Options } from './options';
import type { StepTime } from './steps';
import { DEFAULT_REPLICA_ID } from './tavus/options';
import { checkList, checkTable, totals } from './checks';

const landed = ({ checks }: Laptop): boolean =>
  checks.some(({ id, state }) => id === 'landed' && state === 'passed') &&
  !checks.some(({ id, state }) => id === 'watched-recording' && state === 'failed');

/** The cause by who knows it best: the watch, or else the simulator, whose words nobody hears from Tavus. */
const causeOf = ({ watched, outcome }: Laptop): string | undefined =>
  watched === undefined ? (outcome.sent?.sentence ?? undefined) : (watched.told?.reason ?? watched.judged);

/** What the chosen mistake did, in the words that its victim needed. */
function mistakeReport(name: FaultName, laptop: Laptop): Record<string, string | null> {
  const mistake = faultNamed(name);
  const told = laptop.watched?.told;
  return {
    name,
    summary: mistake.summary,
    tavusSaid: laptop.outcome.refusal ?? null,
    browserHeard:
      laptop.outcome.roomEvents.filter((event) => event.startsWith('recording-')).join(', ') || null,
    howItLooks: mistake.howItLooks,
    cause: causeOf(laptop) ?? null,
    watchSaid: told?.msg ?? null,
    lookedAt: told?.looked_at?.join(' ') ?? null,
    sentence: mistake.sentence,
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
      pulumiRunBy: laptop.pulumiRunBy ?? null,
      mistake: options.mistake === undefined ? null : mistakeReport(options.mistake, laptop),
      totals: counts,
      checks: laptop.checks,
      steps: times,
    },
    null,
    2,
  );
}

/** The report for people: the checks, and below them what a fault led to. */
export function textReport(options: Options, laptop: Laptop, out: NodeJS.WriteStream): string {
  const show = options.verbose ? checkTable : checkList;
  const list = show(laptop.checks, { colour: out.isTTY && out.hasColors() });
  if (options.mistake === undefined) {
    return `\n${list}\nThe Pulumi program was run by ${laptop.pulumiRunBy}.\n`;
  }
  const report = mistakeReport(options.mistake, laptop);
  const bold = (text: string): string => styleText('bold', text, { stream: out });
  // A mistake in the running system shows in what the watch says, any other in the first conversation.
  const shown: readonly (readonly [string, string | null | undefined])[] =
    faultNamed(options.mistake).running === undefined
      ? [
          [
            'Tavus said',
            report.tavusSaid === null
              ? 'nothing against it (HTTP 200)'
              : `HTTP ${laptop.outcome.status}, "${report.tavusSaid}"`,
          ],
          [
            'The browser',
            report.browserHeard === null ? 'heard nothing of a recording' : `heard ${report.browserHeard}`,
          ],
          ['In the bucket', landed(laptop) ? 'the recording' : 'no recording'],
        ]
      : [
          ['The watch said', report.watchSaid ?? 'nothing'],
          ['It looked at', report.lookedAt],
        ];
  const rows: readonly (readonly [string, string | null | undefined])[] = [
    ['The mistake', report.summary],
    ...shown,
    ['How it looks', report.howItLooks],
    ['The cause', report.cause],
    ['What would have saved you', report.sentence],
  ];
  const said = rows
    .filter(([, text]) => text !== null)
    .map(([title, text]) => `${bold(`${title}:`)} ${text}`);
  return `\n${list}\n\n${said.join('\n')}\n`;
}

/** What a person can do with a laptop cloud that stays up. */
export function stayingUp(laptop: Laptop, root: string): string {
  const { simulator, emulator, directory, request, backend } = laptop;
  const file = (name: string): string => path.relative(root, path.join(directory, name));
  const inBackend =
    backend === undefined
      ? `
Start a conversation as the backend does; its answer names the room:
  curl -s ${simulator.apiBaseUrl}/conversations -H 'x-api-key: ${TAVUS_KEY}' -H 'content-type: application/json' -d '${JSON.stringify(createBody(request, DEFAULT_REPLICA_ID, `${simulator.url}/nowhere`))}'
`
      : `
In a browser:
  ${backend.url}/qa          talk, and be recorded      key: ${backend.startKey}
  ${backend.url}/recordings  watch what was recorded    key: ${backend.operatorKey}

In another terminal, in the same folder:
  npx recordings prove                      a browser talks, and its recording is followed until it plays
  env $(cat ${file(LAPTOP_ENV)}) npx recordings list
                                            the same for show, reconcile, erase, hold, doctor
`;
  return `${inBackend}
Up until Ctrl-C:
  Tavus simulator  ${simulator.apiBaseUrl}
  AWS              ${emulator.endpoint}
  files            ${file('')}: keys in ${LAPTOP_ENV}, the backend's log in ${BACKEND_LOG}
`;
}
