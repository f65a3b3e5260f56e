import { maskTexts, secretTexts } from '../../../contract/mask';
import { problem } from '../../../contract/problem';
import { tail } from '../../aws/child-process';
import type { Revision, Revisions } from '../cloud/revision';
import type { Ingress } from './ingress';
import { notReadyReason } from './readiness';
import { startRevision, type RevisionProcess } from './revision-process';

/** What the platform provides to a revision: its variables, and the services that they point to. */
export interface RevisionPlatform {
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface SupervisorOptions {
  readonly ingress: Ingress;
  /** Maximum for each health probe. */
  readonly timeoutMs: number;
  /** Called once for each revision. The supervisor closes the result when the last process has ended. */
  readonly openPlatform: (revision: Revision) => Promise<RevisionPlatform>;
  /** Called with everything that a revision logs. */
  readonly onLog: (text: string) => void;
}

/** Runs revisions as processes of this computer, behind one ingress. */
export class Supervisor implements Revisions {
  private active: readonly RevisionProcess[] = [];
  /** Includes processes that are not ready yet, and old ones that finish their requests. */
  private readonly running = new Set<RevisionProcess>();
  private readonly logs: RevisionProcess['log'][] = [];

  constructor(private readonly options: SupervisorOptions) {}

  async replace(revision: Revision): Promise<void> {
    const candidates = await this.start(revision);
    const reasons = await Promise.all(
      candidates.map(async (one) => ({
        one,
        reason: await notReadyReason(one, revision, this.options.timeoutMs),
      })),
    );
    const failed = reasons.find(({ reason }) => reason !== undefined);
    if (failed !== undefined) {
      for (const candidate of candidates) void candidate.stop();
      const what = problem({
        name: revision.name,
        wrong: 'did not become ready',
        got: `that ${failed.reason}`,
        why: 'Traffic stays on the old revision.',
        fix: 'See its last lines:',
      });
      throw new Error(`${what}\n${tail(maskTexts(secretTexts(revision.secrets))(failed.one.log()))}`);
    }
    const old = this.active;
    this.active = candidates;
    this.options.ingress.routeTo(candidates.flatMap((one) => one.port(revision.targetPort) ?? []));
    // Not awaited: the old processes first finish their requests.
    for (const one of old) void one.stop();
  }

  /** The log of all revisions, also of ended ones. May contain secrets. */
  log(): string {
    return this.logs.map((log) => log()).join('\n');
  }

  /** Stops all processes, also those that are starting. */
  async stop(): Promise<void> {
    this.active = [];
    this.options.ingress.routeTo([]);
    await Promise.all([...this.running].map((revision) => revision.stop()));
  }

  private async start(revision: Revision): Promise<readonly RevisionProcess[]> {
    const platform = await this.options.openPlatform(revision);
    const processes = Array.from({ length: revision.replicas }, () =>
      startRevision(revision, platform.environment, this.options.onLog),
    );
    for (const one of processes) {
      this.logs.push(() => one.log());
      this.running.add(one);
      void one.ended.then(() => this.running.delete(one));
    }
    void Promise.all(processes.map(({ ended }) => ended)).then(() => platform.close());
    return processes;
  }
}
