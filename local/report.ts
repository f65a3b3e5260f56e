import path from 'node:path';
import { styleText } from 'node:util';
import { rootOf } from './aws/clients';
import { BACKEND_LOG } from './azure/stand-in';
import { TAVUS_KEY } from './backend/settings';
import { createBody } from './conversation';
import type { Laptop } from './laptop';
import { faultNamed, type FaultName } from './faults';
import type { Options } from './options';
import type { StepTime } from './steps';
import { DEFAULT_REPLICA_ID } from './tavus/options';
import { checkTable, totals } from './checks';

const landed = ({ lines }: Laptop): boolean =>
  lines.some(({ id, state }) => id === 'landed' && state === 'holds') &&
  !lines.some(({ id, state }) => id === 'watched-recording' && state === 'fails');

/** What the chosen mistake did, in the words that its victim needed. */
function mistakeReport(name: FaultName, laptop: Laptop): Record<string, string | null> {
  const mistake = faultNamed(name);
  return {
    name,
    summary: mistake.summary,
    tavusSaid: laptop.outcome.refusal ?? null,
    browserHeard:
      laptop.outcome.roomEvents.filter((event) => event.startsWith('recording-')).join(', ') || null,
    howItLooks: mistake.howItLooks,
    cause: laptop.told === undefined ? (laptop.outcome.sent?.sentence ?? null) : (laptop.told.reason ?? null),
    watchSaid: laptop.told === undefined ? null : laptop.told.msg,
    lookedAt: laptop.told?.looked_at?.join(' ') ?? null,
    sentence: mistake.sentence,
  };
}

/** The whole verdict as JSON, for programs. */
export function jsonReport(options: Options, laptop: Laptop, times: readonly StepTime[]): string {
  const counts = totals(laptop.lines);
  return JSON.stringify(
    {
      ok: counts.fails === 0,
      landed: landed(laptop),
      encryption: options.encryption,
      pulumiRunBy: laptop.pulumiRunBy ?? null,
      mistake: options.mistake === undefined ? null : mistakeReport(options.mistake, laptop),
      totals: counts,
      lines: laptop.lines,
      steps: times,
    },
    null,
    2,
  );
}

/** The verdict for people: the table, and under it what a mistake led to. */
export function textReport(options: Options, laptop: Laptop, out: NodeJS.WriteStream): string {
  const table = checkTable(laptop.lines, { colour: out.isTTY && out.hasColors() });
  if (options.mistake === undefined) {
    return `\n${table}\nThe Pulumi program was run by ${laptop.pulumiRunBy}.\n`;
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
  return `\n${table}\n\n${said.join('\n')}\n`;
}

/** What a person can do with a laptop cloud that stays up. */
export function stayingUp({ simulator, emulator, directory, request, backend }: Laptop): string {
  const body = JSON.stringify(createBody(request, DEFAULT_REPLICA_ID, `${simulator.url}/nowhere`));
  const root = rootOf(emulator, emulator.account);
  const talk =
    backend === undefined
      ? ''
      : `
Talk, and be recorded by your own browser:
  ${backend.url}/qa   key: ${backend.startKey}
`;
  return `${talk}
Up until Ctrl-C:
  Tavus simulator  ${simulator.apiBaseUrl}
  AWS              ${emulator.endpoint} (certificate ${emulator.certificateFile})
  its root keys    AWS_ACCESS_KEY_ID=${root.accessKeyId} AWS_SECRET_ACCESS_KEY=${root.secretAccessKey}
  what was made    ${directory}
  backend's log    ${path.join(directory, BACKEND_LOG)}

Start a conversation as the backend does; its answer names the room:
  curl -s ${simulator.apiBaseUrl}/conversations -H 'x-api-key: ${TAVUS_KEY}' -H 'content-type: application/json' -d '${body}'
What was recorded in a room:
  curl -s '${simulator.url}/sim/rooms/<conversation_id>?until=settled' -H 'authorization: Bearer ${simulator.runKey}'
`;
}
