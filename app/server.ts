import path from 'node:path';
import { nodeProblem } from '../contract/node-floor';
import { ProblemsError } from '../contract/problem';

async function main(): Promise<void> {
  const tooOld = nodeProblem();
  if (tooOld !== undefined) throw new ProblemsError([tooOld]);
  // Imported after the check, because an older Node cannot load all of it.
  const [{ buildApp }, { readConfig }, { start, stop }] = await Promise.all([
    import('./app.js'),
    import('./config.js'),
    import('./lifecycle.js'),
  ]);
  const config = readConfig();
  const backend = await buildApp(config, { assetsDir: path.join(__dirname, 'pages') });
  let ending: Promise<never> | undefined;
  // A second signal changes nothing: npm forwards Ctrl-C a second time, and a start in flight is already billed.
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
