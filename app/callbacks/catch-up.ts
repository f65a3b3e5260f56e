import type { Clock } from '../clock';
import type { HttpProblem } from '../http/problem';
import type { Ledger } from '../ledger/ledger';
import type { Log } from '../log/logger';
import type { ForeignMask } from '../log/mask';
import { problemOf } from '../tavus/errors';
import { adopt, startIdOf, type ReceiverDependencies } from './receive';
import { takeIn, type StartFacts } from './take-in';
import { readTavusLog } from './tavus-log';

/** Interval between two questions to Tavus about one conversation. */
const EVERY_MS = 10_000;

export interface CatchUpDependencies extends ReceiverDependencies {
  readonly clock: Clock;
  readonly mask: ForeignMask;
}

interface PendingQuestion {
  /** Why the question failed; undefined when Tavus answered. */
  readonly outcome: Promise<HttpProblem | undefined>;
  /** Epoch ms until which callers share the outcome; infinite while the question is open. */
  until: number;
}

/** Asks Tavus which callbacks it sent about a conversation, and stores those that we missed. */
export class CatchUp {
  private readonly questions = new Map<string, PendingQuestion>();

  constructor(private readonly context: CatchUpDependencies) {}

  /**
   * Asks at most once in ten seconds; callers in between share the outcome.
   * @returns why the question failed; undefined when Tavus answered
   */
  ask(conversationId: string, log: Log): Promise<HttpProblem | undefined> {
    const now = this.context.clock.now();
    for (const [id, { until }] of this.questions) if (until <= now) this.questions.delete(id);
    const known = this.questions.get(conversationId);
    if (known !== undefined) return known.outcome;
    const question: PendingQuestion = { outcome: this.learn(conversationId, log), until: Infinity };
    this.questions.set(conversationId, question);
    const settled = (): void => {
      question.until = this.context.clock.now() + EVERY_MS;
    };
    void question.outcome.then(settled, settled);
    return question.outcome;
  }

  /** The start of a conversation, from the ledger or else from Tavus. */
  async find(conversationId: string, log: Log): Promise<StartFacts | undefined> {
    const known = await findStart(this.context.ledger, conversationId);
    if (known !== undefined) return known;
    await this.ask(conversationId, log);
    return findStart(this.context.ledger, conversationId);
  }

  private async learn(id: string, log: Log): Promise<HttpProblem | undefined> {
    const { tavus, ledger, mask, now } = this.context;
    const reading = await readTavusLog(tavus, id);
    if (reading.kind === 'not-read') return problemOf(reading.exchange, mask);
    const { answer, payloads } = reading;
    const startId = (await ledger.startOf(id)) ?? startIdOf(answer);
    if (startId === undefined) return undefined;
    const facts = await ledger.facts(startId);
    let start = facts.length > 0 ? { startId, facts } : await adopt(ledger, startId, id, now());
    for (const payload of payloads) {
      start = { startId, facts: await takeIn(this.context, start, payload, { via: 'read', log }) };
    }
    return undefined;
  }
}

/** The start of a conversation with its facts, from the ledger. */
export async function findStart(ledger: Ledger, conversationId: string): Promise<StartFacts | undefined> {
  const startId = await ledger.startOf(conversationId);
  return startId === undefined ? undefined : { startId, facts: await ledger.facts(startId) };
}
