import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { RestError, TableServiceClient } from '@azure/data-tables';
import { problem } from '../../../contract/problem';
import { makeCertificate } from '../../aws/certificate';
import {
  basicEnvironment,
  ENDS_WITH_PARENT,
  runChild,
  tail,
  type ChildResult,
} from '../../aws/child-process';
import { freePort } from '../../free-port';
import type { ManagedIdentity, TokenIssuer } from '../identity/token-issuer';

const MAIN = path.join(path.dirname(require.resolve('azurite/package.json')), 'dist/src/table/main.js');
const FLAGS = ['silent', 'disableTelemetry', 'inMemoryPersistence', 'skipApiVersionCheck'].map(
  (flag) => `--${flag}`,
);

const argsOf = (options: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries({ oauth: 'basic', tableHost: '127.0.0.1', ...options }).flatMap(([name, value]) => [
    `--${name}`,
    value,
  ]);

/** Azurite's default account. */
const ACCOUNT = 'devstoreaccount1';

const READY = 'successfully started';

/** The table service of a storage account on this laptop. */
export interface RunningTables {
  /** `https://localhost:<port>/<account>`; LEDGER_URL is this with `/<table>` appended. */
  readonly endpoint: string;
  /** Callers must trust this certificate, for example with NODE_EXTRA_CA_CERTS. */
  readonly certificateFile: string;
  readonly certificatePem: string;
  /** Creates an empty table; does nothing if it exists. */
  createTable(name: string): Promise<void>;
  /** Stops Azurite; all rows are lost. May be called again. */
  stop(): Promise<void>;
}

export interface AzuriteProps {
  /** Folder for the certificate and its key. */
  readonly directory: string;
  /** Azurite accepts tokens of this issuer. It checks issuer, audience and times, but no signature and no roles. */
  readonly issuer: TokenIssuer;
}

/** Identity that creates tables. Azurite accepts any. */
const DEPLOYER: ManagedIdentity = { clientId: 'deployer', principalId: 'deployer' };

/**
 * Starts Azurite, Microsoft's emulator of Azure Storage, on a free port of 127.0.0.1 and waits until it is ready. It stores
 * everything in memory, sends nothing to Microsoft, and ends with this process, even after `kill -9`.
 *
 * @throws when it does not start, with its last output
 */
export async function startAzurite({ directory, issuer }: AzuriteProps): Promise<RunningTables> {
  const { certificateFile, certificatePem, keyFile } = await makeCertificate(directory);
  const port = await freePort();
  const stopping = new AbortController();
  let setReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => (setReady = resolve));
  const ended = runChild({
    command: process.execPath,
    args: [
      ...ENDS_WITH_PARENT,
      MAIN,
      ...FLAGS,
      ...argsOf({ cert: certificateFile, key: keyFile, tablePort: String(port) }),
    ],
    cwd: directory,
    env: environment(),
    signal: stopping.signal,
    onLine: (line) => {
      if (line.includes(READY)) setReady();
    },
  });
  const failed = ended.then((result) => Promise.reject(new Error(startFailure(result))));
  // After the start, the rejection at its end needs no handler.
  failed.catch(() => undefined);
  await Promise.race([ready, failed]);
  const endpoint = `https://localhost:${port}/${ACCOUNT}`;
  return {
    endpoint,
    certificateFile,
    certificatePem,
    createTable: (name) => createTable({ endpoint, certificatePem, issuer }, name),
    async stop() {
      stopping.abort();
      await ended.catch(() => undefined);
    },
  };
}

/** The account's key is random, because Azurite's default key is public. */
const environment = (): NodeJS.ProcessEnv => ({
  ...basicEnvironment(),
  AZURITE_ACCOUNTS: `${ACCOUNT}:${randomBytes(32).toString('base64')}`,
});

type Tables = Pick<RunningTables, 'certificatePem' | 'endpoint'> & Pick<AzuriteProps, 'issuer'>;

async function createTable({ endpoint, certificatePem, issuer }: Tables, name: string): Promise<void> {
  const { token, expiresAtSec } = issuer.token(DEPLOYER, 'https://storage.azure.com');
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: expiresAtSec * 1_000 }) };
  const service = new TableServiceClient(endpoint, credential, { tlsOptions: { ca: certificatePem } });
  try {
    await service.createTable(name);
  } catch (error) {
    if (!(error instanceof RestError && error.statusCode === 409)) throw error;
  }
}

const startFailure = ({ code, signal, stdout, stderr }: ChildResult): string =>
  `${problem({
    name: 'Azurite (table service)',
    wrong: 'did not start',
    got: signal ?? `exit code ${code}`,
    why: 'The ledger needs it.',
    fix: 'See its last lines:',
  })}\n${tail(stdout + stderr)}`;
