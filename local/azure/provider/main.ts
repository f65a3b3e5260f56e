import { main } from '@pulumi/pulumi/provider';
import { checkInputs } from '../checks/check-inputs';
import { loadDefinitions } from '../checks/load-definitions';
import { cloudAt } from '../control/client';
import { StandInProvider } from './provider';

/** Environment of the provider's process. */
function setting(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(`${name}: missing, got nothing. The provider has no cloud. Run it by \`npm run local\`.`);
}

/** Serves the stand-in provider as the Pulumi CLI expects it of a plugin. */
export async function serveProvider(): Promise<void> {
  const cloud = cloudAt(setting('STAND_IN_AZURE_URL'), setting('STAND_IN_AZURE_TOKEN'));
  const file = process.env['AZURE_TYPES'];
  const definitions = file === undefined || file === '' ? undefined : loadDefinitions(file);
  const provider = new StandInProvider(cloud, (type, inputs) => checkInputs(type, inputs, definitions));
  await main(provider, process.argv.slice(2));
}
