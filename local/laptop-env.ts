import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LAPTOP_ENV } from '../ops/prove/target';
import type { Laptop } from './laptop';

/** Writes what the operator's commands need to reach this run, for its user alone; it is gone with the run. */
export async function writeLaptopEnv({ backend, directory }: Laptop): Promise<void> {
  if (backend === undefined) return;
  const values = {
    PUBLIC_BASE_URL: backend.url,
    START_API_KEY: backend.startKey,
    OPERATOR_KEY: backend.operatorKey,
  };
  const text = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(path.join(directory, LAPTOP_ENV), text.join(''), { mode: 0o600 });
}
