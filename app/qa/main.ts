import { backend } from './backend';
import { byId } from './by-id';
import { dailyCalls } from './daily-call';
import { browserDevices } from './devices';
import { browserSignals } from './page-reports';
import { createRenderer } from './render';
import { createSession } from './session';

const room = byId('room', HTMLElement);
const devices = browserDevices(byId('preview', HTMLVideoElement), byId('meter', HTMLElement));
const session = createSession(
  { backend, devices, openCall: dailyCalls(room), signals: browserSignals },
  createRenderer(),
);

const onClick = (selector: string, action: () => unknown): void => {
  for (const button of document.querySelectorAll(selector))
    button.addEventListener('click', () => void action());
};

const cameraPicker = byId('camera-picker', HTMLSelectElement);
const microphonePicker = byId('microphone-picker', HTMLSelectElement);
const checkPicked = (): void =>
  void session.checkDevices({ cameraId: cameraPicker.value, microphoneId: microphonePicker.value });

byId('key-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void session.giveKey(byId('key', HTMLInputElement).value);
});
cameraPicker.addEventListener('change', checkPicked);
microphonePicker.addEventListener('change', checkPicked);
for (const choice of document.querySelectorAll<HTMLInputElement>('input[name=choice]')) {
  choice.addEventListener('change', () =>
    session.choose(choice.value === 'record' ? 'record' : 'no-recording'),
  );
}
onClick('#check', () => session.checkDevices());
onClick('#start', () => session.start());
onClick('#join-again', () => session.joinAgain());
onClick('#record-again', () => session.recordAgain());
onClick('#go-on', () => session.goOn());
onClick('#microphone', () => session.toggleMicrophone());
onClick('#camera', () => session.toggleCamera());
onClick('#end, .end', () => session.end());
onClick('#again', () => location.reload());

browserSignals.onHide(() => session.leavePage());
browserSignals.onBack(() => session.comeBack());
// A page restored from the browser's cache shows a conversation that has already ended.
addEventListener('pageshow', ({ persisted }) => (persisted ? location.reload() : undefined));

void session.load();
