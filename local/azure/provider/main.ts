import { problem } from '../../../contract/problem';
import { cloudAt } from '../control/client';
import { FakeProvider } from './fake-provider';
import { serve } from './serve';

function setting(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(
    problem({
      name,
      wrong: 'missing',
      got: 'nothing',
      why: 'The fake provider cannot reach the fake Azure.',
      fix: 'Start it with `npm run local`.',
    }),
  );
}

/** A provider for the cloud that this process's environment names. */
export const fakeProvider = (): FakeProvider =>
  new FakeProvider(cloudAt(setting('FAKE_AZURE_URL'), setting('FAKE_AZURE_TOKEN')));

/** Serves the fake provider, and prints its port for the Pulumi CLI. */
export async function serveProvider(): Promise<void> {
  process.stdout.write(`${await serve(fakeProvider())}\n`);
}
