import { appendFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StandInAzure } from './cloud/stand-in-azure';
import { serveCloud } from './control/server';
import { Directory } from './identity/directory';
import { serveIdentities } from './identity/identity-endpoint';
import type { ManagedIdentity, TokenIssuer } from './identity/token-issuer';
import { openIngress } from './revisions/ingress';
import { Supervisor } from './revisions/supervisor';
import { startAzurite } from './table/azurite';

/** What revisions log, for a person who looks; in the run's own folder. */
export const BACKEND_LOG = 'backend.log';

/** Where Pulumi finds the stand-in provider. */
export const PLUGIN_FOLDER = path.join(__dirname, 'plugin');

/** Stands for a person with `az login` and the right to the ledger's table. */
const OPERATOR: ManagedIdentity = {
  clientId: '6f1c9a3e-0000-4000-8000-00000000000a',
  principalId: '6f1c9a3e-0000-4000-8000-00000000000b',
};

/** A probe's patience is up to a minute on Azure; on a laptop a backend that needs longer than this is broken. */
const PATIENCE_MS = 15_000;

/** The laptop's Azure, running. */
export interface RunningStandIn {
  readonly azure: StandInAzure;
  /** Its tenant's applications: a script makes them, and no program. */
  readonly directory: Directory;
  readonly controlUrl: string;
  readonly token: string;
  /** By which a person's commands on this computer reach the tables, as by their own sign-in. */
  readonly operatorEnvironment: Readonly<Record<string, string>>;
  /** What the app's newest revision was given, as `az containerapp show` prints it. */
  injected(): Readonly<Record<string, string>>;
  /** Everything that revisions logged. */
  log(): string;
  /** Ends every revision. */
  stop(): Promise<void>;
}

export interface StandInProps {
  /** This run's own, for what is made for it. */
  readonly directory: string;
  /** Of its identities' tokens. Made before, because others have to know its keys. */
  readonly issuer: TokenIssuer;
  /** How apps reach the laptop's AWS. On a real platform no such variable is set, and its certificate is trusted anyway. */
  readonly aws: { readonly environment: Readonly<Record<string, string>>; readonly certificatePem: string };
  /** Port of this computer on which the app that is deployed into it is reached. */
  readonly ingressPort: number;
}

/** Starts the laptop's Azure: its control plane, the tables of its storage accounts, and the tokens of its identities. */
export async function startStandInAzure(props: StandInProps): Promise<RunningStandIn> {
  const { aws, issuer, ingressPort } = props;
  const own = path.join(props.directory, 'azure');
  await mkdir(own, { recursive: true });
  const directory = new Directory();
  const tables = await startAzurite({ directory: own, issuer });
  // Node takes one file.
  const certificates = path.join(own, 'certificates.pem');
  await writeFile(certificates, `${tables.certificatePem}\n${aws.certificatePem}`);
  const ingress = await openIngress(ingressPort);
  const operator = await serveIdentities([{ ...OPERATOR, reachesTables: true }], issuer, directory);
  let injected: Readonly<Record<string, string>> = {};
  const supervisor = new Supervisor({
    ingress,
    patienceMs: PATIENCE_MS,
    onLog: (text) => appendFileSync(path.join(props.directory, BACKEND_LOG), text),
    async surround({ name, identities, environment }) {
      injected = environment;
      const endpoint = await serveIdentities(identities, issuer, directory);
      return {
        environment: {
          // As Azure's own names are, but for the certificate: Azure's are trusted anyway.
          CONTAINER_APP_NAME: name.split('--')[0] ?? name,
          NODE_EXTRA_CA_CERTS: certificates,
          ...aws.environment,
          ...endpoint.environment,
        },
        close: () => endpoint.close(),
      };
    },
  });
  const azure = new StandInAzure(supervisor, tables);
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
