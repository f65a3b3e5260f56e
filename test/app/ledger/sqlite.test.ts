import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openLedgerFile } from '../../../app/ledger/ledger-file';
import { memoryStore } from '../../../app/ledger/memory';
import { describeStore } from './store-contract';

const folder = mkdtempSync(path.join(tmpdir(), 'ledger-'));
afterAll(() => rmSync(folder, { recursive: true }));

describeStore('in memory', async () => memoryStore());

let files = 0;
describeStore('in a file', () => {
  files += 1;
  return openLedgerFile(path.join(folder, `${files}.sqlite`), { user: 'backend', warn: () => undefined });
});

test.todo('the same in Azure Tables, by its emulator: npm run test:local -- test/app/ledger');
