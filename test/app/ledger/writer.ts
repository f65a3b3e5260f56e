import { openStore } from '../../../app/ledger/open';
import { LedgerUnavailable, type Change } from '../../../app/ledger/store';
import { ledgerUrl } from '../../../contract/ledger-url';

/*
 * A backend that only writes: batch after batch of rows, each in its own partition, and a line with the batch's number once
 * it is acknowledged. Ends with a message when the ledger is unavailable.
 */

const ROWS = 20;

const changes = (): readonly Change[] =>
  Array.from({ length: ROWS }, (_, n) => ({
    kind: 'insert',
    key: `k${n}`,
    value: { text: 'x'.repeat(1_000) },
  }));

async function main([url, partition, clientId]: readonly string[]): Promise<void> {
  const store = await openStore(ledgerUrl.parse(url), {
    user: 'backend',
    identity: { kind: 'managed', clientId },
    warn: () => undefined,
  });
  for (let n = 0; ; n += 1) {
    try {
      await store.write(`${partition}${n}`, changes());
      process.stdout.write(`${n}\n`);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      const first = await store.get(`${partition}0`, 'k0');
      process.stdout.write(
        `${error.message} The first row ${first === undefined ? 'cannot' : 'can'} be read.\n`,
      );
      await store.close();
      return;
    }
  }
}

void main(process.argv.slice(2));
