/** A parent for lifetime.test.ts to kill: runs a program whose creation never ends, and prints the runner's id. */
import { cloud } from './cloud';
import { runFixture } from './run';

const provider = cloud({
  create: async (_urn, inputs) => {
    process.stdout.write(`${String(inputs.tags.pid)}\n`);
    // Nothing else would keep this process alive; the test kills it.
    return new Promise(() => setInterval(() => undefined, 60_000));
  },
});

void runFixture('process', { provider, env: { FIXTURE_STAYS: 'true' } });
