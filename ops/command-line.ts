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
  /** @returns the exit code @throws UsageError */
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
  deploy: { about: 'deploys both clouds and checks what is live', run: deployment('deploy') },
  preview: { about: 'shows what a deployment would change in both clouds', run: deployment('preview') },
  drift: { about: 'compares what is live with what was deployed', run: deployment('drift') },
  list: { about: 'lists conversations and their recordings', run: onLedger('list') },
  show: { about: 'shows the state of one recording and everything known about it', run: onLedger('show') },
  reconcile: { about: 'compares the whole bucket with the ledger', run: onLedger('reconcile') },
  acknowledge: { about: 'marks a recording or object as looked at', run: onLedger('acknowledge') },
  erase: { about: 'erases a whole conversation and writes a receipt', run: erase },
  hold: { about: 'keeps recordings past their expiry and blocks their erasure', run: onHold('hold') },
  release: { about: 'ends a hold and writes a receipt', run: onHold('release') },
  repair: { about: 'rebuilds the lists of the ledger from its facts', run: onLedger('repair') },
  export: { about: 'writes the whole ledger as JSON lines', run: onLedger('export') },
};

const HELP = `The operator's command line for Tavus recordings.

${Object.entries(COMMANDS)
  .map(([name, { about }]) => `  npx recordings ${name.padEnd(11)}   ${about}\n`)
  .join('')}
  npx recordings <command> --help
`;

/** Results go to standard output, everything else to standard error. @returns the exit code */
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
