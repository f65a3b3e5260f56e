import type { Provider } from '@pulumi/pulumi/provider';
import { ResourceProviderClient } from '@pulumi/pulumi/proto/provider_grpc_pb';
import type { Report } from './diagnostics';
import { engineService } from './engine-service';
import { configure, speak } from './provider-client';
import { startProvider } from './provider-process';
import { grpc } from './sdk';
import { CHANNEL_OPTIONS, serve } from './serve';

/** A provider in a process of its own; to be closed. */
export type ConnectedProvider = Provider & { close(): Promise<void> };

/**
 * Starts the executable `pulumi-resource-azure-native` of a folder and speaks to it as the Pulumi CLI does. It gets PATH and
 * `env`, nothing else of this process's environment, and ends with this process and with the signal.
 * @throws when it doesn't start. What is thrown by the provider's methods has the provider's own words.
 */
export async function connectProvider(
  folder: string,
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<ConnectedProvider> {
  const log: string[] = [];
  const report: Report = ({ severity, text }) => void log.push(`${severity}: ${text}`);
  const engine = await serve([engineService(report)]);
  try {
    const started = await startProvider(folder, { engine: engine.address, env, signal });
    const printed = (): string => [started.printed(), ...log].join('\n');
    const client = new ResourceProviderClient(
      started.address,
      grpc.credentials.createInsecure(),
      CHANNEL_OPTIONS,
    );
    const close = async (): Promise<void> => {
      client.close();
      engine.close();
      await started.stop();
    };
    try {
      await configure(client, printed);
      return { ...speak(client, printed), close };
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    engine.close();
    throw error;
  }
}
