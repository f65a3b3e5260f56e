/** A parent for lifetime.test.ts to kill: runs a revision and prints its process id. */
import { revision, startSupervisor } from './support';

void (async () => {
  const { supervisor, pids } = await startSupervisor();
  await supervisor.replace(revision('stubborn'));
  process.stdout.write(`${pids().join()}\n`);
})();
