import { openJob, runScript } from './job';
import type { Outside } from './outside';
import { Refusal } from './refusal';
import type { Job as Kind } from './values/trust-variables';

/** The first step of a job: whether all values are there, before it is anybody in any cloud. */
export async function checkValues(kind: string | undefined, outside: Outside): Promise<void> {
  const { values } = openJob(kindOf(kind), outside);
  outside.report.say(`✓ all values are there, to deploy ${values.trust.RECORDINGS_ENVIRONMENT}`);
}

function kindOf(word: string | undefined): Kind {
  if (word === 'check' || word === 'deploy') return word;
  throw new Refusal('Nothing was started', [
    `job: is neither check nor deploy, got ${word ?? 'nothing'}. Each needs other values. Name one of them.`,
  ]);
}

if (require.main === module) void runScript((outside) => checkValues(process.argv[2], outside));
