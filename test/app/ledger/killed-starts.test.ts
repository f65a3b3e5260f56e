import { Ledger } from '../../../app/ledger/ledger';
import { factOf } from '../../../app/ledger/facts';
import { memoryStore } from '../../../app/ledger/memory';
import { readAll, type Store } from '../../../app/ledger/store';
import { CONSENT, ON, TestClock, type HttpReply } from '../helpers';
import { never, ProbedStore } from './probed-store';
import { closeReplicas, MemoryTavus, replica } from './replicas';

afterEach(closeReplicas);

const KEYED = { 'idempotency-key': '5d9a3c0e-7d0f-4e52-9d4b-3f0a6d2f8f10' };
const ENV = { ...ON, TAVUS_MAX_CONCURRENT_CONVERSATIONS: '3' };
const BODY = { consent: CONSENT };

/** Responses of ledger and Tavus to a start before it was killed. */
interface Killed {
  /** Number of calls that it began. */
  readonly calls: number;
  /** Whether it ended without being killed. */
  readonly reply: HttpReply | undefined;
  readonly acknowledged: readonly string[];
  readonly store: Store;
  readonly tavus: MemoryTavus;
  readonly clock: TestClock;
}

/** Runs a start, and kills its process at its n-th call, before or after it is executed. */
async function kill(at: number, when: 'before' | 'after'): Promise<Killed> {
  const store = memoryStore();
  const probed = new ProbedStore(store);
  const tavus = new MemoryTavus();
  const clock = new TestClock();
  const acknowledged: string[] = [];
  let isDead = false;
  let die = (): void => undefined;
  const death = new Promise<undefined>((resolve) => (die = () => resolve(undefined)));
  const reach = (number: number, moment: 'before' | 'after'): Promise<never> | undefined => {
    if (number === at && moment === when) {
      isDead = true;
      die();
    }
    if (isDead) return never();
    if (moment === 'after') acknowledged.push(probed.calls[number - 1] ?? '');
    return undefined;
  };
  probed.before = (_call, number) => reach(number, 'before');
  probed.after = (_call, number) => reach(number, 'after');
  let create = NaN;
  tavus.before = () => reach((create = probed.calls.push('create')), 'before');
  tavus.after = () => reach(create, 'after');
  const dying = await replica({ store: probed, tavus, clock, env: ENV });
  const reply = await Promise.race([dying.start(BODY, KEYED).catch(() => undefined), death]);
  tavus.before = () => undefined;
  tavus.after = () => undefined;
  return { calls: probed.calls.length, reply, acknowledged, store, tavus, clock };
}

/** A minimal version of the watch's work for interrupted starts. */
async function repair({ store, tavus, clock }: Killed): Promise<void> {
  const ledger = new Ledger(store);
  for (const { key } of await readAll(store, 'open')) {
    const [due = '', startId = ''] = key.split('~');
    const facts = await ledger.facts(startId);
    if (Number(due) > clock.now() || facts.length === 0 || factOf(facts, 'outcome') !== undefined) continue;
    await ledger.decide(startId, { kind: 'outcome', at: clock.now(), result: 'abandoned' });
    for (const one of tavus.paid) if (one.name.includes(startId)) one.isActive = false;
  }
}

/** Facts that a start writes itself, in two writes. */
async function factsIn(store: Store): Promise<number> {
  let count = 0;
  for await (const page of store.partitions('s:')) {
    count += page.filter(({ key }) => key === 'expected' || key === 'outcome').length;
  }
  return count;
}

async function createdIn(store: Store): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of store.partitions('s:')) {
    for (const { value } of page)
      if (value['result'] === 'created') ids.push(String(value['conversationId']));
  }
  return ids;
}

describe.each(['before', 'after'] as const)('a process killed %s a call is carried out', (when) => {
  test('at each step: no acknowledged row is lost, nothing is billed twice, no delivered address lacks an outcome', async () => {
    const statuses = new Set<string>();
    let isOver = false;
    for (let at = 1; !isOver; at += 1) {
      const killed = await kill(at, when);
      const { reply, acknowledged, store, tavus, clock } = killed;
      isOver = killed.calls < at;
      const next = await replica({ store, tavus, clock, env: ENV });
      // The caller retries: at once, after the minute for early interruptions, and after the start is abandoned.
      const replies = reply === undefined ? [] : [reply];
      for (const waitMs of [0, 60_000, 300_000]) {
        clock.advance(waitMs);
        await repair(killed);
        replies.push(await next.start(BODY, KEYED));
      }
      const where = `${when} call ${at}, after ${acknowledged.at(-1)}`;
      const told = replies.filter(({ status }) => status === 200);
      const ids = new Set(told.map(({ json }) => json['conversation_id']));
      for (const { status, json } of replies) statuses.add(JSON.stringify([status, json['type']]));

      expect([where, tavus.paid.length <= 1]).toEqual([where, true]);
      expect([where, ids.size <= 1]).toEqual([where, true]);
      expect([where, [...ids]]).toEqual([where, (await createdIn(store)).filter((id) => ids.has(id))]);
      // No conversation runs whose address was not delivered.
      expect([where, tavus.active()]).toEqual([where, [...ids]]);
      // In the end the key has a final answer.
      expect([where, replies.at(-1)?.status]).toEqual([where, ids.size === 1 ? 200 : 410]);
      const facts = acknowledged.filter((call) => call === 'write s:').length;
      expect([where, (await factsIn(store)) >= facts]).toEqual([where, true]);
      // And the next start works.
      const fresh = await next.start(BODY, {
        'idempotency-key': `another key after ${at}`.replaceAll(' ', '-'),
      });
      expect([where, fresh.status]).toEqual([where, 200]);
    }
    expect([...statuses].toSorted()).toEqual([
      '[200,null]',
      '[409,"urn:problem-type:tavus-recordings:start-in-progress"]',
      '[410,"urn:problem-type:tavus-recordings:start-abandoned"]',
    ]);
  });
});
