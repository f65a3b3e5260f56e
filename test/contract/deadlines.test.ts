import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import {
  CLEANUP_MS,
  CREATE_BY_MS,
  CREATE_MS,
  END_MS,
  LEDGER_MS,
  OUTCOME_MS,
  PLATFORM_GRACE_SEC,
  SEND_BY_MS,
  SHUTDOWN_MS,
} from '../../contract/deadlines';

test('a start waits 30 s for Tavus, a shutdown 50 s for a start, a platform 60 s for a shutdown', () => {
  expect([CREATE_MS, SHUTDOWN_MS, PLATFORM_GRACE_SEC * 1000]).toEqual([30_000, 50_000, 60_000]);
});

test('a shutdown waits for a start without a response of Tavus: until its conversation is ended and the outcome is written', () => {
  expect(LEDGER_MS + CREATE_MS + CLEANUP_MS + LEDGER_MS).toBeLessThan(SHUTDOWN_MS);
});

test('a shutdown waits for a start whose outcome cannot be written, until its conversation is ended', () => {
  expect(LEDGER_MS + CREATE_MS + OUTCOME_MS + END_MS).toBeLessThan(SHUTDOWN_MS);
});

test('no start is sent to Tavus after another process abandoned it', () => {
  expect(SEND_BY_MS + CREATE_MS + OUTCOME_MS).toBeLessThan(CREATE_BY_MS);
});

test('the platform waits longer than a shutdown takes', () => {
  expect(SHUTDOWN_MS).toBeLessThan(PLATFORM_GRACE_SEC * 1000);
});

// The Container App's is in test/infra-azure/program.test.ts.
test('compose waits as long as the platform', () => {
  const file = path.join(__dirname, '..', '..', 'docker-compose.yml');
  const { services }: { services: Record<string, { stop_grace_period?: string }> } = parse(
    readFileSync(file, 'utf8'),
  );
  expect(services['backend']?.stop_grace_period).toBe(`${PLATFORM_GRACE_SEC}s`);
});
