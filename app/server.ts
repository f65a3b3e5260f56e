import path from 'node:path';
import { ProblemsError } from '../contract/problem';
import { buildApp } from './app';
import { readConfig } from './config';
import { start, stop } from './lifecycle';

async function main(): Promise<void> {
  const config = readConfig();
  const backend = await buildApp(config, { assetsDir: path.join(__dirname, 'pages') });
  process.once('SIGTERM', () => void stop(backend).then((isFinished) => process.exit(isFinished ? 0 : 1)));
  process.once('SIGINT', () => void stop(backend).then((isFinished) => process.exit(isFinished ? 0 : 1)));
  await start(backend, config);
}

main().catch((error: unknown) => {
  console.error(error instanceof ProblemsError ? error.message : error);
  process.exit(1);
});
