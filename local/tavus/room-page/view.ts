import type { RoomState } from './room-types';

interface Buttons {
  join(userName: string): void;
  leave(): void;
}

/** The one place that touches the document. */
export class View {
  private readonly form = element('join', HTMLFormElement);
  private readonly name = element('name', HTMLInputElement);
  private readonly stage = element('stage', HTMLElement);
  private readonly picture = element('picture', HTMLVideoElement);
  private readonly cameraOff = element('camera-off', HTMLElement);
  private readonly replica = element('replica', HTMLElement);
  private readonly replicaName = element('replica-name', HTMLElement);
  private readonly me = element('me-name', HTMLElement);
  private readonly status = element('status', HTMLElement);
  private readonly recording = element('recording', HTMLElement);
  private readonly timer = element('timer', HTMLElement);
  private readonly notes = element('notes', HTMLElement);
  private readonly leave = element('leave', HTMLButtonElement);
  private since: number | undefined;

  constructor(
    private readonly embedded: boolean,
    buttons: Buttons,
  ) {
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      buttons.join(this.name.value.trim() === '' ? 'Guest' : this.name.value.trim());
    });
    this.leave.addEventListener('click', () => buttons.leave());
    setInterval(() => this.tick(), 500);
  }

  /** The person's own picture; `null` when the devices are off. */
  showPicture(stream: MediaStream | null): void {
    this.picture.srcObject = stream;
  }

  show(state: RoomState): void {
    const inside = state.phase === 'inside';
    const replica = state.news?.replica ?? null;
    this.form.hidden = this.embedded || inside || state.phase === 'joining' || state.phase === 'leaving';
    this.stage.hidden = !inside;
    this.leave.hidden = !inside || !state.showLeave;
    this.cameraOff.hidden = state.video;
    this.replica.classList.toggle('absent', replica === null);
    put(this.replicaName, replica === null ? 'Waiting for the replica …' : replica.user_name);
    put(this.me, `${state.me?.user_name ?? ''}${state.audio ? '' : ' (muted)'}`);
    put(this.status, statusOf(state));
    put(this.notes, [state.deviceNote, state.recordingNote].filter((note) => note !== '').join(' · '));
    const starts = Object.values(state.recordings);
    this.recording.hidden = starts.length === 0;
    this.since = starts.length === 0 ? undefined : Math.min(...starts.map((at) => Date.parse(at)));
    this.tick();
  }

  private tick(): void {
    if (this.since === undefined) return;
    const seconds = Math.max(0, Math.floor((Date.now() - this.since) / 1_000));
    const two = (value: number): string => String(value).padStart(2, '0');
    put(this.timer, `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`);
  }
}

function statusOf(state: RoomState): string {
  if (state.phase === 'joining') return 'Joining …';
  if (state.phase === 'leaving') return `${state.roomNote} Sending what is left …`;
  if (state.phase !== 'inside') return state.roomNote;
  return Object.keys(state.recordings).length === 0 ? 'Not recorded.' : 'You are being recorded.';
}

/** Only what has changed: a status that is written again would be read out again. */
function put(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`room.html: no ${kind.name} by the id ${id}.`);
}
