import type { RoomState } from './room-types';

/** Updates the document. No other file does. */
export class View {
  private readonly stage = element('stage', HTMLElement);
  private readonly picture = element('picture', HTMLVideoElement);
  private readonly cameraOff = element('camera-off', HTMLElement);
  private readonly replica = element('replica', HTMLElement);
  private readonly replicaName = element('replica-name', HTMLElement);
  private readonly me = element('me-name', HTMLElement);
  private readonly status = element('status', HTMLElement);
  private readonly notes = element('notes', HTMLElement);

  /** Shows the person's own camera. `null` removes it. */
  showPicture(stream: MediaStream | null): void {
    this.picture.srcObject = stream;
  }

  show(state: RoomState): void {
    const replica = state.news?.replica ?? null;
    this.stage.hidden = state.phase !== 'joined';
    this.cameraOff.hidden = state.video;
    this.replica.classList.toggle('absent', replica === null);
    put(this.replicaName, replica === null ? 'Waiting for the replica …' : replica.user_name);
    put(this.me, `${state.me?.user_name ?? ''}${state.audio ? '' : ' (muted)'}`);
    put(this.status, statusOf(state));
    put(this.notes, [state.deviceNote, state.recordingNote].filter((note) => note !== '').join(' · '));
  }
}

function statusOf(state: RoomState): string {
  if (state.phase === 'joining') return 'Joining …';
  if (state.phase === 'leaving') return `${state.roomNote} Sending the last data …`;
  if (state.phase !== 'joined') return state.roomNote;
  return state.recordings.length === 0 ? 'Not recorded.' : 'You are being recorded.';
}

/** Writes changed texts only: a screen reader reads each written status aloud. */
function put(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`room.html: no ${kind.name} has the id ${id}.`);
}
