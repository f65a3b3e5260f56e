import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LAPTOP_ENV } from '../ops/prove/target';
import { ownerEnvironment } from './aws/owner-environment';
import type { Emulator } from './aws/emulator';
import type { RunningFakeAzure } from './azure/start-fake-azure';

/** The clouds of a run. */
interface LaptopEnvProps {
  readonly root: string;
  readonly directory: string;
  readonly emulator: Emulator;
  readonly fakeAzure: Pick<RunningFakeAzure, 'injected' | 'operatorEnvironment'>;
}

/** The backend's settings, and the variables with which an operator's commands reach AWS and Azure. */
export function operatorEnvironment({
  root,
  emulator,
  fakeAzure,
}: LaptopEnvProps): Readonly<Record<string, string>> {
  const values = { ...fakeAzure.injected(), ...ownerEnvironment(emulator), ...fakeAzure.operatorEnvironment };
  // Relative paths, because `env $(cat laptop.env)` splits at spaces, which the path of a clone may contain.
  const named = ['AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'] as const;
  const files = named.map((name) => [name, path.relative(root, values[name] ?? '')]);
  return { ...values, ...Object.fromEntries(files), AWS_PROFILE: '', AWS_SESSION_TOKEN: '' };
}

/** Writes laptop.env into the run's folder, readable for the user alone. */
export async function writeLaptopEnv(props: LaptopEnvProps): Promise<void> {
  const lines = Object.entries(operatorEnvironment(props)).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(path.join(props.directory, LAPTOP_ENV), lines.join(''), { mode: 0o600 });
}
