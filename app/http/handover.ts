/** Resolves when a caller's connection is done, to whether the whole answer was sent. */
export type AnswerDelivered = Promise<boolean>;

export interface HandoverOptions<T> {
  /** Resolves when a lost caller's time to ask again is over. */
  readonly patience: () => Promise<void>;
  /**
   * Takes back a value that no caller received. Rejects with the answer for later callers; resolves to the value when
   * another replica has delivered it meanwhile.
   */
  readonly undo: (value: T) => Promise<T>;
  /** Called once, when the outcome is final. */
  readonly settled?: () => void;
}

/**
 * Delivers the outcome of something that costs money while it lasts. When all callers have hung up and none asks again in
 * time, the outcome is taken back.
 */
export class Handover<T> {
  private waiting = 0;
  private losses = 0;
  private isTold = false;

  constructor(
    private outcome: Promise<T>,
    private readonly options: HandoverOptions<T>,
  ) {
    // A failure leaves nothing to take back.
    outcome.catch(() => this.options.settled?.());
  }

  /**
   * The outcome for one more caller.
   * @param onLost receives the work that continues without a caller, so that a shutdown waits for it
   */
  tell(told: AnswerDelivered, onLost: (work: Promise<void>) => unknown): Promise<T> {
    this.waiting += 1;
    void this.watch(told, onLost);
    return this.outcome;
  }

  private async watch(told: AnswerDelivered, onLost: (work: Promise<void>) => unknown): Promise<void> {
    const wasTold = await told;
    this.waiting -= 1;
    this.isTold ||= wasTold;
    if (this.isTold) this.options.settled?.();
    else if (this.waiting === 0) onLost(this.lost());
  }

  private async lost(): Promise<void> {
    this.losses += 1;
    const loss = this.losses;
    await this.options.patience();
    try {
      const value = await this.outcome;
      // Another caller asked meanwhile. If it was lost too, it has a waiting time of its own.
      if (this.isTold || this.waiting > 0 || this.losses !== loss) return;
      this.outcome = this.options.undo(value);
      await this.outcome;
    } catch {
      // Later callers get the rejection as their answer.
    }
    this.options.settled?.();
  }
}
