import { LedgerUnavailable } from '../../app/ledger/store';
import { Ledger } from '../../app/ledger/ledger';
import { openStore, signedInAs } from '../../app/ledger/open';
import { statusOf } from '../../app/ledger/table-failure';
import type { TableIdentity } from '../../app/ledger/tables';
import type { LedgerLocation } from '../../contract/ledger-url';
import { problem, ProblemsError } from '../../contract/problem';
import { readSettings } from '../../contract/read-settings';
import { settingFix } from '../../contract/setting-fix';
import { settingRow } from '../../contract/settings';
import type { CliContext } from '../cli-context';

/** The ledger cannot be read or written. */
export class LedgerUnusable extends ProblemsError {
  override readonly name = 'LedgerUnusable';
}

/** Access that a command needs. */
export type LedgerUse = 'read' | 'write';

export interface OpenedLedger {
  readonly ledger: Ledger;
  /** Name of the ledger in messages. */
  readonly where: string;
  /** Entra object id of the operator; undefined for a file. */
  readonly signedInAs: () => Promise<string | undefined>;
}

/** @throws LedgerUnusable naming all that is wrong with the settings */
function readLocation(env: NodeJS.ProcessEnv): {
  readonly location: LedgerLocation;
  readonly identity: TableIdentity;
} {
  const { values, malformed } = readSettings({
    names: ['LEDGER_URL', 'AZURE_CLIENT_ID'],
    textOf: (name) => env[name],
  });
  const problems = malformed.map((fault) =>
    problem({ ...fault, why: settingRow(fault.name).why, fix: settingFix(fault.name) }),
  );
  const { LEDGER_URL: location, AZURE_CLIENT_ID: clientId } = values;
  if (location !== undefined && problems.length === 0) {
    const hasIdentity = (env['IDENTITY_ENDPOINT'] ?? '') !== '';
    return { location, identity: hasIdentity ? { kind: 'managed', clientId } : { kind: 'operator' } };
  }
  if (problems.length === 0) {
    problems.push(
      problem({
        name: 'LEDGER_URL',
        wrong: 'missing',
        got: 'nothing',
        why: 'Without it a backend keeps its ledger in memory, where no other process can read it.',
        fix: "Give the backend's value, in the environment or by --env-file .env. `npm start` uses file:.data/ledger.sqlite; on Azure it is among the app's environment variables.",
      }),
    );
  }
  throw new LedgerUnusable(problems);
}

/**
 * Opens the ledger of LEDGER_URL for one command and closes it.
 *
 * @throws LedgerUnusable when it cannot be opened, read or written; other errors of the command pass through
 */
export async function withLedger<T>(
  { env, stderr }: Pick<CliContext, 'env' | 'stderr'>,
  use: LedgerUse,
  work: (opened: OpenedLedger) => Promise<T>,
): Promise<T> {
  const { location, identity } = readLocation(env);
  const store = await openStore(location, {
    identity,
    user: 'command-line',
    warn: (text) => stderr.write(`${text}\n`),
  });
  const where =
    location.kind === 'file' ? location.path : `${location.table} of ${new URL(location.endpoint).host}`;
  try {
    return await work({ ledger: new Ledger(store), where, signedInAs: () => signedInAs(location, identity) });
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    const parts = location.kind === 'file' ? aboutFile : aboutTable(location.endpoint, identity, use, error);
    throw new LedgerUnusable(
      [
        problem({
          name: 'LEDGER_URL',
          wrong: `${location.kind === 'file' ? 'the file' : 'the table'} could not be ${use === 'read' ? 'read' : 'read or written'}`,
          got: `"${error.message}"`,
          ...parts,
        }),
      ],
      { cause: error },
    );
  } finally {
    await store.close();
  }
}

interface Advice {
  readonly why: string;
  readonly fix: string;
}

const aboutFile: Advice = {
  why: 'The state of recordings is unknown.',
  fix: 'Make sure that the disk has free space and no other program locks the file, and try again.',
};

const ROLES: Readonly<Record<LedgerUse, string>> = {
  read: 'Storage Table Data Reader',
  write: 'Storage Table Data Contributor',
};

/** Error code when the account's network rules block the caller (learn.microsoft.com, read 2026-11-28). */
const NETWORK_RULE = 'AuthorizationFailure';

/** Errors of a request that was sent. Other errors without a status are from the sign-in. */
const UNANSWERED: ReadonlySet<string> = new Set(['RestError', 'NoAnswer', 'UnclearAnswer']);

function aboutTable(
  endpoint: string,
  identity: TableIdentity,
  use: LedgerUse,
  { cause }: LedgerUnavailable,
): Advice {
  const account = new URL(endpoint).host.split('.', 1).join('');
  const who = identity.kind === 'operator' ? 'your account (`az login`)' : "this process's managed identity";
  const status = statusOf(cause);
  const name = cause instanceof Error ? cause.name : '';
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (status === 401 || status === 403) {
    const role = ROLES[use];
    const network =
      code === NETWORK_RULE
        ? ` Or the network rules of ${account} block this address: \`az storage account show --name ${account} --query networkRuleSet\`.`
        : '';
    return {
      why: `The table needs the role ${role}, which ${who} does not have.`,
      fix:
        `Run \`az role assignment create --role "${role}" --assignee <user or object id> --scope <id of the account>\`; ` +
        `\`az storage account show --name ${account} --query id\` prints that id. It takes effect within minutes.${network}`,
    };
  }
  if (status === 404) {
    return {
      why: 'There is no ledger to read.',
      fix: `Compare LEDGER_URL with the backend's. \`pulumi up\` creates the table.`,
    };
  }
  if (status !== undefined || UNANSWERED.has(name)) {
    return {
      why: 'The state of recordings is unknown.',
      fix: `Try again. Check that this machine can reach ${new URL(endpoint).host}: DNS, firewall, HTTPS_PROXY.`,
    };
  }
  return {
    why: `The sign-in as ${who} failed.`,
    fix:
      identity.kind === 'operator'
        ? `Run \`az login\` with an account of the tenant of ${account}. Check that this machine can reach ${new URL(endpoint).host}.`
        : 'Check that AZURE_CLIENT_ID is the client id of an identity of this app.',
  };
}
