import path from 'node:path';
import { StandInAzure } from './cloud/stand-in-azure';
import { serveCloud } from './control/server';
import { openIngress } from './revisions/ingress';
import { Supervisor } from './revisions/supervisor';

/** Where Pulumi finds the stand-in provider. */
export const PLUGIN_FOLDER = path.join(__dirname, 'plugin');

/** A probe's patience is up to a minute on Azure; on a laptop a backend that needs longer than this is broken. */
const PATIENCE_MS = 15_000;

/** The laptop's Azure, running. */
export interface RunningStandIn {
  readonly azure: StandInAzure;
  readonly controlUrl: string;
  readonly token: string;
  /** Everything that revisions logged. */
  log(): string;
  /** Ends every revision. */
  stop(): Promise<void>;
}

/** Starts the laptop's Azure; the app that is deployed into it is reached on a port of this computer. */
export async function startStandInAzure(
  ingressPort: number,
  patienceMs: number = PATIENCE_MS,
): Promise<RunningStandIn> {
  const ingress = await openIngress(ingressPort);
  const supervisor = new Supervisor(ingress, patienceMs);
  const azure = new StandInAzure(supervisor);
  const control = await serveCloud(azure);
  return {
    azure,
    controlUrl: control.url,
    token: control.token,
    log: () => supervisor.log(),
    async stop() {
      await control.close();
      await supervisor.stop();
      await ingress.close();
    },
  };
}
