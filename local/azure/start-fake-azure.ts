import { appendFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FakeAzure } from './cloud/fake-azure';
import { serveCloud } from './control/server';
import { Directory } from './identity/directory';
import { serveIdentities } from './identity/identity-endpoint';
import type { ManagedIdentity, TokenIssuer } from './identity/token-issuer';
import { openIngress } from './revisions/ingress';
import { Supervisor } from './revisions/supervisor';
import { startAzurite } from './table/azurite';

/** File with the log of all revisions, in the run's folder. */
export const BACKEND_LOG = 'backend.log';

/** Folder in which Pulumi finds the fake provider. */
export const PLUGIN_FOLDER = path.join(__dirname, 'plugin');

/** A person with `az login` and the right to the ledger's table. */
const OPERATOR: ManagedIdentity = {
  clientId: '6f1c9a3e-0000-4000-8000-00000000000a',
  principalId: '6f1c9a3e-0000-4000-8000-00000000000b',
};

/** Maximum for each health probe. Azure waits up to a minute; on a laptop a slower backend is broken. */
const TIMEOUT_MS = 15_000;

/** A running fake of Azure. */
export interface RunningFakeAzure {
  readonly azure: FakeAzure;
  /** The tenant's applications in Entra. */
  readonly directory: Directory;
  readonly controlUrl: string;
  readonly token: string;
  /** Variables with which a person's commands reach the tables. They replace `az login`. */
  readonly operatorEnvironment: Readonly<Record<string, string>>;
  /** Environment of the app's newest revision, as `az containerapp show` prints it. */
  injected(): Readonly<Record<string, string>>;
  /** The log of all revisions. */
  log(): string;
  /** Stops all revisions and servers. */
  stop(): Promise<void>;
}

export interface FakeAzureProps {
  /** This run's folder. */
  readonly directory: string;
  /** Issues the tokens of managed identities. */
  readonly issuer: TokenIssuer;
  /** How apps reach the laptop's AWS. In production no such variables exist, and AWS's certificates are trusted by default. */
  readonly aws: { readonly environment: Readonly<Record<string, string>>; readonly certificatePem: string };
  /** Port of this computer at which the deployed app is reached. */
  readonly ingressPort: number;
}

/** Starts the laptop's Azure: control plane, tables of storage accounts, and token endpoints of managed identities. */
export async function startFakeAzure(props: FakeAzureProps): Promise<RunningFakeAzure> {
  const { aws, issuer, ingressPort } = props;
  const azureFolder = path.join(props.directory, 'azure');
  await mkdir(azureFolder, { recursive: true });
  const directory = new Directory();
  const tables = await startAzurite({ directory: azureFolder, issuer });
  // NODE_EXTRA_CA_CERTS takes only one file.
  const certificates = path.join(azureFolder, 'certificates.pem');
  await writeFile(certificates, `${tables.certificatePem}\n${aws.certificatePem}`);
  const ingress = await openIngress(ingressPort);
  const operator = await serveIdentities([{ ...OPERATOR, reachesTables: true }], issuer, directory);
  let injected: Readonly<Record<string, string>> = {};
  const supervisor = new Supervisor({
    ingress,
    timeoutMs: TIMEOUT_MS,
    onLog: (text) => appendFileSync(path.join(props.directory, BACKEND_LOG), text),
    async openPlatform({ name, identities, environment }) {
      injected = environment;
      const endpoint = await serveIdentities(identities, issuer, directory);
      return {
        environment: {
          // Azure sets the same names, except for the certificate, which Node trusts by default there.
          CONTAINER_APP_NAME: name.split('--')[0] ?? name,
          NODE_EXTRA_CA_CERTS: certificates,
          ...aws.environment,
          ...endpoint.environment,
        },
        close: () => endpoint.close(),
      };
    },
  });
  const azure = new FakeAzure(supervisor, tables);
  const control = await serveCloud(azure);
  return {
    azure,
    directory,
    controlUrl: control.url,
    token: control.token,
    operatorEnvironment: {
      ...operator.environment,
      AZURE_CLIENT_ID: OPERATOR.clientId,
      NODE_EXTRA_CA_CERTS: certificates,
    },
    injected: () => injected,
    log: () => supervisor.log(),
    async stop() {
      await control.close();
      await supervisor.stop();
      await ingress.close();
      await operator.close();
      await tables.stop();
    },
  };
}
