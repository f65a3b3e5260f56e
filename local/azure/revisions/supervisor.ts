import { hiding, secretTexts } from '../../../contract/mask';
import { problem } from '../../../contract/problem';
import { tail } from '../../aws/child-process';
import type { Revision, Revisions } from '../cloud/revision';
import type { Ingress } from './ingress';
import { unready } from './probing';
import { startRevision, type RevisionProcess } from './revision-process';

/** Runs revisions as processes of this computer, behind one ingress. */
export class Supervisor implements Revisions {
  private active: RevisionProcess | undefined;
  /** Also those that are not ready yet and those that still finish. */
  private readonly running = new Set<RevisionProcess>();
  private readonly logs: RevisionProcess['log'][] = [];

  constructor(
    private readonly ingress: Ingress,
    private readonly patienceMs: number,
  ) {}

  async replace(revision: Revision): Promise<void> {
    const candidate = startRevision(revision);
    this.logs.push(() => candidate.log());
    this.running.add(candidate);
    void candidate.ended.then(() => this.running.delete(candidate));
    const reason = await unready(candidate, revision, this.patienceMs);
    if (reason !== undefined) {
      void candidate.stop();
      const what = problem({
        name: revision.name,
        wrong: 'is not ready',
        got: `that ${reason}`,
        why: 'Traffic stays where it was.',
        fix: 'Its last lines:',
      });
      throw new Error(`${what}\n${tail(hiding(secretTexts(revision.secrets))(candidate.log()))}`);
    }
    const old = this.active;
    this.active = candidate;
    this.ingress.leadTo(candidate.port(revision.targetPort));
    // In the background: it finishes the requests that it has, and nobody waits for that.
    void old?.stop();
  }

  /** Everything that revisions logged, those that are gone too; with whatever secrets they logged. */
  log(): string {
    return this.logs.map((log) => log()).join('\n');
  }

  /** Ends all of them, also one that is just starting. */
  async stop(): Promise<void> {
    this.active = undefined;
    this.ingress.leadTo(undefined);
    await Promise.all([...this.running].map((revision) => revision.stop()));
  }
}
