import { problem } from '../../../contract/problem';
import { cloudAt } from '../control/client';
import { StandInProvider } from './provider';
import { serve } from './serve';

/** Environment of the provider's process. */
function setting(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(
    problem({
      name,
      wrong: 'missing',
      got: 'nothing',
      why: 'The provider has no cloud.',
      fix: 'Run it by `npm run local`.',
    }),
  );
}

/** The provider of the cloud that this process's environment names. */
export const standInProvider = (): StandInProvider =>
  new StandInProvider(cloudAt(setting('STAND_IN_AZURE_URL'), setting('STAND_IN_AZURE_TOKEN')));

/** Serves the stand-in provider, and prints its port for the Pulumi CLI. */
export async function serveProvider(): Promise<void> {
  process.stdout.write(`${await serve(standInProvider())}\n`);
}
