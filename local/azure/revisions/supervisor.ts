import { maskTexts, secretTexts } from '../../../contract/mask';
import { problem } from '../../../contract/problem';
import { tail } from '../../aws/child-process';
import type { Revision, Revisions } from '../cloud/revision';
import type { Ingress } from './ingress';
import { unready } from './probing';
import { startRevision, type RevisionProcess } from './revision-process';

/** What the platform gives a revision beside what was injected. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface SupervisorOptions {
  readonly ingress: Ingress;
  /** Caps the patience of each probe. */
  readonly patienceMs: number;
  /** Called once for each revision; closed when its last process has ended. */
  readonly surround: (revision: Revision) => Promise<Surroundings>;
  /** Takes what a revision logs. */
  readonly onLog: (text: string) => void;
}

/** Runs revisions as processes of this computer, behind one ingress. */
export class Supervisor implements Revisions {
  private active: readonly RevisionProcess[] = [];
  /** Also those that are not ready yet and those that still finish. */
  private readonly running = new Set<RevisionProcess>();
  private readonly logs: RevisionProcess['log'][] = [];

  constructor(private readonly options: SupervisorOptions) {}

  async replace(revision: Revision): Promise<void> {
    const candidates = await this.start(revision);
    const reasons = await Promise.all(
      candidates.map(async (one) => ({ one, reason: await unready(one, revision, this.options.patienceMs) })),
    );
    const failed = reasons.find(({ reason }) => reason !== undefined);
    if (failed !== undefined) {
      for (const candidate of candidates) void candidate.stop();
      const what = problem({
        name: revision.name,
        wrong: 'is not ready',
        got: `that ${failed.reason}`,
        why: 'Traffic stays where it was.',
        fix: 'Its last lines:',
      });
      throw new Error(`${what}\n${tail(maskTexts(secretTexts(revision.secrets))(failed.one.log()))}`);
    }
    const old = this.active;
    this.active = candidates;
    this.options.ingress.leadTo(candidates.flatMap((one) => one.port(revision.targetPort) ?? []));
    // In the background: they finish the requests that they have, and nobody waits for that.
    for (const one of old) void one.stop();
  }

  /** Everything that revisions logged, those that are gone too; with whatever secrets they logged. */
  log(): string {
    return this.logs.map((log) => log()).join('\n');
  }

  /** Ends all of them, also one that is just starting. */
  async stop(): Promise<void> {
    this.active = [];
    this.options.ingress.leadTo([]);
    await Promise.all([...this.running].map((revision) => revision.stop()));
  }

  private async start(revision: Revision): Promise<readonly RevisionProcess[]> {
    const surroundings = await this.options.surround(revision);
    const processes = Array.from({ length: revision.replicas }, () =>
      startRevision(revision, surroundings.environment, this.options.onLog),
    );
    for (const one of processes) {
      this.logs.push(() => one.log());
      this.running.add(one);
      void one.ended.then(() => this.running.delete(one));
    }
    void Promise.all(processes.map(({ ended }) => ended)).then(() => surroundings.close());
    return processes;
  }
}
