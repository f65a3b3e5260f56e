import { LedgerUnavailable } from '../../app/ledger/store';
import { Ledger } from '../../app/ledger/ledger';
import { openStore, signedInAs } from '../../app/ledger/open';
import { statusOf } from '../../app/ledger/table-failure';
import type { TableIdentity } from '../../app/ledger/tables';
import type { LedgerPlace } from '../../contract/ledger-url';
import { problem, ProblemsError } from '../../contract/problem';
import { readSettings } from '../../contract/read-settings';
import { settingFix } from '../../contract/setting-fix';
import { settingRow } from '../../contract/settings';
import type { CliContext } from '../cli-context';

/** The ledger cannot be read or written; the message is complete. */
export class LedgerUnusable extends ProblemsError {
  override readonly name = 'LedgerUnusable';
}

/** What a command does with the ledger decides which right it needs. */
export type LedgerUse = 'read' | 'write';

export interface OpenedLedger {
  readonly ledger: Ledger;
  /** As an error calls it, and as progress does. */
  readonly where: string;
  /** Object id in Entra of the operator. Undefined: the ledger is a file. */
  readonly signedInAs: () => Promise<string | undefined>;
}

/** @throws LedgerUnusable naming all that is wrong with the settings */
function readLocation(env: NodeJS.ProcessEnv): {
  readonly place: LedgerPlace;
  readonly identity: TableIdentity;
} {
  const { values, malformed } = readSettings({
    names: ['LEDGER_URL', 'AZURE_CLIENT_ID'],
    textOf: (name) => env[name],
  });
  const problems = malformed.map((fault) =>
    problem({ ...fault, why: settingRow(fault.name).why, fix: settingFix(fault.name) }),
  );
  const { LEDGER_URL: place, AZURE_CLIENT_ID: clientId } = values;
  if (place !== undefined && problems.length === 0) {
    const hasIdentity = (env['IDENTITY_ENDPOINT'] ?? '') !== '';
    return { place, identity: hasIdentity ? { kind: 'managed', clientId } : { kind: 'operator' } };
  }
  if (problems.length === 0) {
    problems.push(
      problem({
        name: 'LEDGER_URL',
        wrong: 'missing',
        got: 'nothing',
        why: 'A backend without it keeps its ledger in memory, where no other process can read it.',
        fix: "Give the backend's own value, in the environment or by --env-file .env; `npm start` uses file:.data/ledger.sqlite, and on Azure it is among the app's environment variables.",
      }),
    );
  }
  throw new LedgerUnusable(problems);
}

/**
 * Opens the ledger by LEDGER_URL for one command, and closes it.
 *
 * @throws LedgerUnusable when it cannot be opened, read or written; what the command itself throws passes
 */
export async function withLedger<T>(
  { env, stderr }: Pick<CliContext, 'env' | 'stderr'>,
  use: LedgerUse,
  work: (opened: OpenedLedger) => Promise<T>,
): Promise<T> {
  const { place, identity } = readLocation(env);
  const store = await openStore(place, {
    identity,
    user: 'command-line',
    warn: (text) => stderr.write(`${text}\n`),
  });
  const where = place.kind === 'file' ? place.path : `${place.table} of ${new URL(place.endpoint).host}`;
  try {
    return await work({ ledger: new Ledger(store), where, signedInAs: () => signedInAs(place, identity) });
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    const parts = place.kind === 'file' ? aboutFile : aboutTable(place.endpoint, identity, use, error);
    throw new LedgerUnusable(
      [
        problem({
          name: 'LEDGER_URL',
          wrong: `${place.kind === 'file' ? 'the file' : 'the table'} could not be ${use === 'read' ? 'read' : 'read or written'}`,
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
  why: 'Nothing can be said about any recording.',
  fix: 'See that the disk has room and that no other program keeps the file, and try again.',
};

const ROLES: Readonly<Record<LedgerUse, string>> = {
  read: 'Storage Table Data Reader',
  write: 'Storage Table Data Contributor',
};

/** What Azure calls a caller whom the network rules of the account keep out (learn.microsoft.com, read 2026-11-28). */
const NETWORK_RULE = 'AuthorizationFailure';

/** Errors of a request that was sent; what else fails without a status is the sign-in. */
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
        ? ` Or the network rules of ${account} keep this address out: \`az storage account show --name ${account} --query networkRuleSet\`.`
        : '';
    return {
      why: `The table is opened to a role alone, and ${who} has not the role ${role} there.`,
      fix:
        `Run \`az role assignment create --role "${role}" --assignee <user or object id> --scope <id of the account>\`; ` +
        `\`az storage account show --name ${account} --query id\` prints that id. It takes minutes to have an effect.${network}`,
    };
  }
  if (status === 404) {
    return {
      why: 'There is no ledger to read.',
      fix: `Compare LEDGER_URL with the backend's; \`pulumi up\` makes the table.`,
    };
  }
  if (status !== undefined || UNANSWERED.has(name)) {
    return {
      why: 'Nothing can be said about any recording.',
      fix: `Try again; see that ${new URL(endpoint).host} can be reached from here, by name, firewall and HTTPS_PROXY.`,
    };
  }
  return {
    why: `The table is reached as ${who}.`,
    fix:
      identity.kind === 'operator'
        ? `Run \`az login\` with an account of the tenant that ${account} belongs to; see that ${new URL(endpoint).host} can be reached from here.`
        : 'See that AZURE_CLIENT_ID names an identity of this app.',
  };
}
