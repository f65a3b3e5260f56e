import type { CliContext } from './cli-context';
import { main as runDeployment, type DeploymentCommand } from './deploy/command-line';
import { main as erase } from './erase/command-line';
import { main as doctor } from './doctor/command-line';
import { main as handOver } from './hand-over/command-line';
import { main as runHold, type HoldCommand } from './hold/command-line';
import { main as runLedger, type LedgerCommand } from './ledger/command-line';
import { main as prove } from './prove/command-line';
import { UsageError } from './usage-error';

interface CliCommand {
  readonly about: string;
  /** Answers the exit code. @throws UsageError */
  readonly run: (args: readonly string[], context: CliContext) => Promise<number>;
}

const deployment =
  (name: DeploymentCommand): CliCommand['run'] =>
  (args, context) =>
    runDeployment(name, args, context);

const onLedger =
  (name: LedgerCommand): CliCommand['run'] =>
  (args, context) =>
    runLedger(name, args, context);

const onHold =
  (name: HoldCommand): CliCommand['run'] =>
  (args, context) =>
    runHold(name, args, context);

const COMMANDS: Readonly<Record<string, CliCommand>> = {
  doctor: { about: 'checks settings, AWS and Tavus before the first paid call', run: doctor },
  'hand-over': { about: "writes the deployed stack's outputs into cdk-outputs.json", run: handOver },
  prove: { about: 'proves that a recording lands, by a browser that talks on /qa', run: prove },
  deploy: { about: 'deploys both clouds, and looks at what is live', run: deployment('deploy') },
  preview: { about: 'says what a deployment would change in both clouds', run: deployment('preview') },
  drift: { about: 'says whether what is live is still what was deployed', run: deployment('drift') },
  list: { about: 'lists conversations and what became of their recordings', run: onLedger('list') },
  show: { about: 'says what became of one recording, and everything known of it', run: onLedger('show') },
  reconcile: { about: 'compares the whole bucket with the ledger', run: onLedger('reconcile') },
  acknowledge: { about: 'writes down that a person has looked at something', run: onLedger('acknowledge') },
  erase: { about: 'erases all of a conversation, and writes a receipt', run: erase },
  hold: { about: 'keeps recordings beyond their day, and refuses to erase them', run: onHold('hold') },
  release: { about: 'ends a hold, and writes a receipt', run: onHold('release') },
  repair: { about: 'makes the lists of the ledger again from its facts', run: onLedger('repair') },
  export: { about: 'writes the whole ledger as JSON lines', run: onLedger('export') },
};

const HELP = `The operator's command line for Tavus recordings.

${Object.entries(COMMANDS)
  .map(([name, { about }]) => `  npx recordings ${name.padEnd(11)}   ${about}\n`)
  .join('')}
  npx recordings <command> --help
`;

/** Runs the command line. Answers the exit code; results go to standard output, everything else to standard error. */
export async function main(args: readonly string[], context: CliContext): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === '--help' || name === '-h') {
      context.stdout.write(HELP);
      return 0;
    }
    const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command !== undefined) return await command.run(rest, context);
    const wrong = name === undefined ? 'command: missing, got nothing' : `${name}: no such command`;
    throw new UsageError([wrong], 'npx recordings');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    context.stderr.write(`${error.message}\n`);
    return 2;
  }
}
