import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DestinationStream } from 'pino';
import { openLedgerFile } from '../../app/ledger/ledger-file';
import { closeEverything, CONSENT, ON, open } from './helpers';
import { onlyStart } from './ledger/replicas';
import { paidTavus } from './tavus/paid-tavus';
import { closeRawServers } from './tavus/raw-server';

afterEach(async () => {
  await closeEverything();
  await closeRawServers();
});

const KEYED = { 'idempotency-key': '5d9a3c0e-7d0f-4e52-9d4b-3f0a6d2f8f10' };
const CAPPED = { ...ON, TAVUS_MAX_CONCURRENT_CONVERSATIONS: '1' };

/** A log that cannot be written from the matching line on. */
function failingLog(code: string, from: RegExp = /^/): DestinationStream & { isBroken: boolean } {
  let hasBegun = false;
  const self = {
    isBroken: true,
    write(line: string): void {
      hasBegun ||= from.test(line);
      if (self.isBroken && hasBegun) throw Object.assign(new Error(`${code}: write`), { code });
    },
  };
  return self;
}

describe.each(['ENOSPC', 'EPIPE'])('a log that cannot be written (%s)', (code) => {
  test('does not affect a start, and its key is billed once', async () => {
    const tavus = await paidTavus();
    const backend = await open(tavus.apiBaseUrl, ON, { logStream: failingLog(code) });
    const replies = [];
    for (let retry = 0; retry < 3; retry += 1) replies.push(await backend.post('/tavus/start', {}, KEYED));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(tavus.paid).toHaveLength(1);
  });

  test("does not affect it either if the log breaks after Tavus's response", async () => {
    const tavus = await paidTavus();
    const backend = await open(tavus.apiBaseUrl, ON, { logStream: failingLog(code, /Recording enabled/) });
    const one = await backend.post('/tavus/start', {}, KEYED);
    const other = await backend.post('/tavus/start', {}, KEYED);
    expect([one.status, other.text, tavus.paid.length]).toEqual([200, one.text, 1]);
  });

  test('leaks no slot', async () => {
    const tavus = await paidTavus();
    const backend = await open(tavus.apiBaseUrl, CAPPED, { logStream: failingLog(code) });
    for (let round = 0; round < 3; round += 1) {
      const { status, json } = await backend.post('/tavus/start');
      expect(status).toBe(200);
      const token = { 'x-page-token': String(json['page_token']) };
      expect(
        (await backend.post(`/tavus/end/${String(json['conversation_id'])}`, undefined, token)).status,
      ).toBe(200);
    }
  });

  test('has no effect while the ledger stores the consent durably', async () => {
    const tavus = await paidTavus();
    const folder = mkdtempSync(path.join(tmpdir(), 'unwritable-'));
    const env = { ...ON, LEDGER_URL: `file:${path.join(folder, 'ledger.sqlite')}` };
    const backend = await open(tavus.apiBaseUrl, env, { logStream: failingLog(code) });
    expect((await backend.post('/tavus/start', { consent: CONSENT })).status).toBe(200);
    await backend.close();
    const store = await openLedgerFile(path.join(folder, 'ledger.sqlite'), {
      user: 'command-line',
      warn: () => undefined,
    });
    const { facts } = await onlyStart(store);
    expect(facts[0]).toMatchObject({ kind: 'expected', consent: { acceptedAt: CONSENT.accepted_at } });
    await store.close();
    rmSync(folder, { recursive: true });
  });

  test('with a ledger in memory causes a recorded start to be refused before the create request, because its consent would be lost', async () => {
    const tavus = await paidTavus();
    const log = failingLog(code, /Recording consent/);
    const backend = await open(
      tavus.apiBaseUrl,
      { ...CAPPED, TAVUS_REQUIRE_RECORDING_CONSENT: 'true' },
      { logStream: log },
    );
    const reply = await backend.post('/tavus/start', { consent: CONSENT }, KEYED);
    expect([reply.status, reply.json['type'], reply.headers.get('retry-after')]).toEqual([
      503,
      'urn:problem-type:tavus-recordings:consent-not-kept',
      '60',
    ]);
    expect(tavus.requests).toEqual([]);
    // The key and the slot are free again once there is room on the disk.
    log.isBroken = false;
    expect((await backend.post('/tavus/start', { consent: CONSENT }, KEYED)).status).toBe(200);
  });

  test('does not prevent a start without recording, because it has no consent to lose', async () => {
    const tavus = await paidTavus();
    const backend = await open(tavus.apiBaseUrl, ON, { logStream: failingLog(code) });
    expect((await backend.post('/tavus/start', { recording: false, consent: CONSENT })).status).toBe(200);
  });
});
