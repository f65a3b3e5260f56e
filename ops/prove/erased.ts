import { ProblemsError } from '../../contract/problem';
import { givenText } from '../../contract/read-settings';
import type { CliContext } from '../cli-context';
import { erase, ErasureIncomplete } from '../erase/erase';
import { CONNECTIONS, withTarget, type TargetConnections } from '../erase/target';
import type { StartedCall } from './call';
import { StepStopped, type ProofStep } from './steps';

/** Ticket in the receipt. */
const TICKET = 'recordings-prove';

export const ERASED_STEP = {
  id: 'erased',
  about: 'the recording is erased, in the bucket and at Tavus',
  expected: 'an empty listing',
};

/** Erases the recording of the proof as `recordings erase` does. Skipped when the operator lacks a setting or right. */
export const erasedStep = (
  { conversationId: id }: StartedCall,
  context: CliContext,
  connections: TargetConnections = CONNECTIONS,
): ProofStep<void> => ({
  ...ERASED_STEP,
  run: async () => {
    if (givenText(context.env['LEDGER_URL']) === undefined) {
      throw new StepStopped('skipped', 'LEDGER_URL is not set');
    }
    try {
      const hasBucket = await withTarget(context, { id, use: 'write', connections }, async (target) => {
        await erase(target, TICKET);
        return target.recordings !== undefined;
      });
      if (!hasBucket) throw new StepStopped('skipped', 'neither the ledger nor the settings name the bucket');
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      const found = error.problems.join(' ');
      if (!(error instanceof ErasureIncomplete)) throw new StepStopped('skipped', found);
      throw new StepStopped('failed', found, `Run \`npx recordings erase ${id} --reason ${TICKET}\`.`);
    }
    return { found: 'the listing is empty', value: undefined };
  },
});
