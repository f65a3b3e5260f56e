/** What one caller's connection says when it is done: whether the whole answer went out on it. */
export type Told = Promise<boolean>;

export interface HandoverOptions<T> {
  /** Resolves when a caller that was lost has had its time to ask again. */
  readonly patience: () => Promise<void>;
  /**
   * Takes back a value that nobody was told of. It rejects with what is answered from then on, or answers the value when
   * somebody else was told of it meanwhile.
   */
  readonly undo: (value: T) => Promise<T>;
  /** Called once, when nothing can change the outcome any more. */
  readonly settled?: () => void;
}

/**
 * The outcome of something that costs money for as long as it lasts, until somebody was told of it. When all who waited
 * for it have hung up, and nobody asks again in time, it is taken back.
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
   * @param onLost gets what then goes on without any caller, for a shutdown to wait for
   */
  tell(told: Told, onLost: (work: Promise<void>) => unknown): Promise<T> {
    this.waiting += 1;
    void this.watch(told, onLost);
    return this.outcome;
  }

  private async watch(told: Told, onLost: (work: Promise<void>) => unknown): Promise<void> {
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
      // Somebody asked again meanwhile, and may have been lost again: that has its own time.
      if (this.isTold || this.waiting > 0 || this.losses !== loss) return;
      this.outcome = this.options.undo(value);
      await this.outcome;
    } catch {
      // What was taken back is answered to who asks.
    }
    this.options.settled?.();
  }
}
