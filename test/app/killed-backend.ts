import { writeSync } from 'node:fs';
import { Pool } from 'undici';
import { buildApp } from '../../app/app';
import { readConfig } from '../../app/config';
import { openLedgerFile } from '../../app/ledger/ledger-file';
import type { RequestSender } from '../../app/tavus/exchange';
import { ProbedStore } from './ledger/probed-store';

/*
 * The backend of `dying.local-test.ts` that kills itself: KILL_AT is the number of the call to the ledger or to Tavus, and
 * KILL_WHEN whether it dies `before` or `after` the call is executed. Each acknowledged call is
 * a line on stdout.
 */
async function main(): Promise<void> {
  const { KILL_AT: at, KILL_WHEN: when } = process.env;
  const config = readConfig();
  const { location } = config.ledger;
  if (location?.kind !== 'file') throw new Error('The ledger is to be a file.');
  const file = await openLedgerFile(location.path, { user: 'backend', warn: () => undefined });
  const store = new ProbedStore(file, true);
  const reach = (number: number, moment: 'before' | 'after'): void => {
    if (String(number) === at && moment === when) process.kill(process.pid, 'SIGKILL');
    if (moment === 'after') writeSync(1, `acknowledged ${String(store.calls[number - 1])}\n`);
  };
  store.before = (_call, number) => reach(number, 'before');
  store.after = (_call, number) => reach(number, 'after');

  const pool = new Pool(new URL(config.tavus.baseUrl).origin);
  const request = async (options: Parameters<RequestSender['request']>[0]) => {
    const number = store.calls.push('create');
    reach(number, 'before');
    const answer = await pool.request(options);
    reach(number, 'after');
    return answer;
  };
  const sender: object = { request };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what the client uses is there
  const dispatcher = sender as RequestSender;
  const { app } = await buildApp(config, {
    store,
    dispatcher,
    limits: null,
    logStream: { write: () => undefined },
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  writeSync(1, `listening ${url}\n`);
}

void main();
