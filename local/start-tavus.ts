import { clientOptions, rootOf } from './aws/clients';
import { roomOrigin, TAVUS_KEY } from './backend/settings';
import { freePort } from './free-port';
import type { LaptopContext } from './laptop-context';
import { startSimulator, type Simulator } from './tavus/simulator';
import { AwsCloud } from './tavus/storage/aws-cloud';

/** Starts the Tavus simulator, which writes its recordings into the emulated AWS. */
export async function startTavus({
  emulator,
  steps,
  started,
}: Pick<LaptopContext, 'emulator' | 'steps' | 'started'>): Promise<Simulator> {
  const port = await freePort();
  const simulator = await steps.run('Tavus simulator', () =>
    startSimulator({
      cloud: new AwsCloud({
        clientOptions: (credentials, region) => clientOptions(emulator, credentials, { region }),
        rootOf: (account) => rootOf(emulator, account),
      }),
      apiKeys: [TAVUS_KEY],
      port,
      roomBaseUrl: `${roomOrigin(`http://127.0.0.1:${port}`)}/rooms`,
      // Half a second instead of up to minutes, to keep the run short.
      faults: { recordingReadyMs: 500, replicaJoinedMs: 100, perceptionMs: 500 },
    }),
  );
  started.push(() => simulator.close());
  return simulator;
}
