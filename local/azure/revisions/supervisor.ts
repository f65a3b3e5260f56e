import { tail } from '../../aws/child-process';
import type { Revision, Revisions } from '../cloud/revision';
import type { Ingress } from './ingress';
import { unready } from './probing';
import { startRevision, type RevisionProcess } from './revision-process';

/** Runs revisions as processes of this computer, behind one ingress. */
export class Supervisor implements Revisions {
  private active: RevisionProcess | undefined;
  private readonly all: RevisionProcess[] = [];
  private readonly ending = new Set<Promise<void>>();

  constructor(
    private readonly ingress: Ingress,
    private readonly patienceMs: number,
  ) {}

  async replace(revision: Revision): Promise<void> {
    const next = startRevision(revision);
    this.all.push(next);
    const reason = await unready(next, revision.probes, this.patienceMs);
    const port = next.port(revision.targetPort);
    if (reason !== undefined || port === undefined) {
      await next.stop();
      throw new Error(
        `${revision.name}: is not ready, got ${reason ?? `nothing on the ingress's port ${revision.targetPort}`}. ` +
          `The revision before it goes on. Its last lines:\n${tail(next.log())}`,
      );
    }
    const old = this.active;
    this.active = next;
    this.ingress.leadTo(port);
    if (old !== undefined) this.end(old);
  }

  /** Everything that revisions logged, those that are gone too. */
  log(): string {
    return this.all.map((revision) => revision.log()).join('\n');
  }

  async stop(): Promise<void> {
    this.ingress.leadTo(undefined);
    if (this.active !== undefined) this.end(this.active);
    this.active = undefined;
    await Promise.all(this.ending);
  }

  /** In the background: requests in flight are finished, and nobody waits for them. */
  private end(revision: RevisionProcess): void {
    const ending = revision.stop().finally(() => this.ending.delete(ending));
    this.ending.add(ending);
  }
}
