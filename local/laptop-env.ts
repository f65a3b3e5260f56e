import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LAPTOP_ENV } from '../ops/prove/target';
import { ownerEnvironment } from './aws/owner-environment';
import type { Emulator } from './aws/emulator';
import type { RunningStandIn } from './azure/stand-in';

/** A run, and who can be asked in it. */
interface LaptopEnvProps {
  readonly root: string;
  readonly directory: string;
  readonly emulator: Emulator;
  readonly standIn: Pick<RunningStandIn, 'injected' | 'operatorEnvironment'>;
}

/** Settings of the backend, and AWS and Azure as an operator of this run reaches them. */
export function operatorEnvironment({
  root,
  emulator,
  standIn,
}: LaptopEnvProps): Readonly<Record<string, string>> {
  const values = { ...standIn.injected(), ...ownerEnvironment(emulator), ...standIn.operatorEnvironment };
  // `env $(cat laptop.env)` splits at spaces, which the path of a clone may have.
  const named = ['AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'] as const;
  const files = named.map((name) => [name, path.relative(root, values[name] ?? '')]);
  return { ...values, ...Object.fromEntries(files), AWS_PROFILE: '', AWS_SESSION_TOKEN: '' };
}

/** Writes what the operator's commands need to reach this run, for its user alone; it is gone with the run. */
export async function writeLaptopEnv(props: LaptopEnvProps): Promise<void> {
  const lines = Object.entries(operatorEnvironment(props)).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(path.join(props.directory, LAPTOP_ENV), lines.join(''), { mode: 0o600 });
}
