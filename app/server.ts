import path from 'node:path';
import { ProblemsError } from '../contract/problem';
import { buildApp } from './app';
import { readConfig } from './config';
import { start, stop } from './lifecycle';

async function main(): Promise<void> {
  const config = readConfig();
  const backend = await buildApp(config, { assetsDir: path.join(__dirname, 'pages') });
  let ending: Promise<never> | undefined;
  // A second signal ends it no sooner: npm passes Ctrl-C on once more, and a start under way is paid for.
  const end = (): void =>
    void (ending ??= stop(backend).then((isFinished) => process.exit(isFinished ? 0 : 1)));
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  await start(backend, config);
}

main().catch((error: unknown) => {
  console.error(error instanceof ProblemsError ? error.message : error);
  process.exit(1);
});
