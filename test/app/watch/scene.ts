import type { Fact } from '../../../app/ledger/facts';
import { Ledger } from '../../../app/ledger/ledger';
import { memoryStore } from '../../../app/ledger/memory';
import { readAll, type Store } from '../../../app/ledger/store';
import type { FactOf } from '../../../app/ledger/facts';
import { after, callback, expected, NOW, page, shutdown } from '../ledger/facts';
import { FakeTavus, type FakeConversation } from './fake-tavus';

/** Deadline of a call that ended after ten minutes. */
export const DUE_SEC = 600 + 900;

/** A ledger with starts as the routes write them, and a fake Tavus. Times are seconds after the start. */
export class WatchScene {
  readonly tavus = new FakeTavus();
  readonly ledger: Ledger;

  constructor(readonly store: Store = memoryStore()) {
    this.ledger = new Ledger(store);
  }

  /** A start, up to a step. @returns its conversation */
  async start(
    startId: string,
    upTo: 'open' | 'expected' | 'created',
    given: Partial<FactOf<'expected'>> = {},
  ): Promise<string> {
    await this.ledger.lookAt(startId, after(300));
    if (upTo !== 'open') {
      await this.add(startId, expected({ longestCallSec: 1800, absentSec: 120, ...given }));
    }
    if (upTo !== 'created') return '';
    const { id } = this.tavus.add(`name ${startId}`, `https://backend/tavus/callback/${startId}/token`);
    await this.add(startId, { kind: 'outcome', at: after(1), result: 'created', conversationId: id });
    return id;
  }

  async add(startId: string, ...facts: readonly Fact[]): Promise<void> {
    for (const fact of facts) await this.ledger.add(startId, fact);
  }

  /** A recorded call that ended after ten minutes, without an announcement. */
  async missing(startId: string, given: Partial<FactOf<'expected'>> = {}): Promise<string> {
    const id = await this.start(startId, 'created', given);
    await this.add(startId, page(8, 'joined'), page(9, 'asked'), page(10, 'recording-started'));
    await this.end(startId, id);
    return id;
  }

  async end(startId: string, id: string): Promise<void> {
    await this.add(startId, of(id, shutdown(600, 'participant_left_timeout reached')));
    this.conversation(id).isActive = false;
  }

  conversation(id: string): FakeConversation {
    const conversation = this.tavus.conversations.get(id);
    if (conversation === undefined) throw new Error(`There is no conversation ${id}.`);
    return conversation;
  }

  /** The rows of scheduled checks: starts and seconds. */
  async open(): Promise<readonly (readonly [string, number])[]> {
    const rows = await readAll(this.store, 'open');
    return rows.map(({ key }) => [key.slice(14), (Number(key.slice(0, 13)) - NOW) / 1000]);
  }

  async due(): Promise<readonly number[]> {
    return (await this.open()).map(([, second]) => second);
  }
}

/** The same callback about another conversation. */
const of = (conversationId: string, fact: Fact): Fact =>
  fact.kind === 'callback' ? { ...fact, conversationId } : fact;

/** Properties of the announcement of {@link WatchScene.missing}'s recording. */
export const announcementOf = (id: string) => ({
  bucket_name: 'acme-recordings',
  s3_key: `tavus/${id}/${after(10)}`,
  duration: 590,
  storage_provider: 's3',
});

/** That announcement as a callback. */
export const announced = (second: number, id: string): Fact =>
  callback(second, 'application.recording_ready', {
    conversationId: id,
    recording: { key: `tavus/${id}/${after(10)}`, durationSec: 590, wrong: [] },
  });
