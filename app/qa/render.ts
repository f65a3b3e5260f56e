import { byId } from './by-id';
import type { Device } from './ports';
import type { PageState } from './state';
import { view, type ListItem } from './view';

const all = (name: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-${name}]`)];

function setText(element: HTMLElement, text: string): void {
  // A screen reader speaks a live region on every write, even of the same text.
  if (element.textContent !== text) element.textContent = text;
}

function fillPicker(picker: HTMLSelectElement, devices: readonly Device[], selected: string): void {
  const isShown =
    devices.length === picker.length &&
    devices.every(({ id }, index) => picker[index]?.getAttribute('value') === id);
  if (!isShown) picker.replaceChildren(...devices.map(({ id, label }) => new Option(label, id)));
  picker.value = selected;
}

function fillList(list: HTMLElement, lines: readonly ListItem[]): void {
  const isShown =
    lines.length === list.children.length &&
    lines.every(({ key, words }, index) => list.children[index]?.textContent === key + words);
  if (isShown) return;
  list.replaceChildren(
    ...lines.map(({ key, words }) => {
      const item = document.createElement('li');
      const code = document.createElement('span');
      code.className = 'code';
      code.textContent = key;
      const about = document.createElement('span');
      about.className = 'small';
      about.textContent = words;
      item.append(code, about);
      return item;
    }),
  );
}

/** Focuses the heading of a new screen, for keyboard and screen reader. */
function focusHeading(screen: HTMLElement | undefined): void {
  screen?.querySelector<HTMLElement>('h2')?.focus();
}

/** Returns a function that renders a state. */
export function createRenderer(): (state: PageState) => void {
  const texts = all('text');
  const shows = all('show');
  const switches = all('off');
  const enableds = all('enabled').filter((element) => element instanceof HTMLButtonElement);
  const cameras = byId('camera-picker', HTMLSelectElement);
  const microphones = byId('microphone-picker', HTMLSelectElement);
  const recordings = byId('recordings', HTMLUListElement);
  const recordingsLink = byId('recordings-link', HTMLAnchorElement);
  const keyField = byId('key', HTMLInputElement);
  const choices = [...document.querySelectorAll<HTMLInputElement>('input[name=choice]')];
  const screens = shows.filter((element) => element.tagName === 'SECTION');
  let shownScreen = 'loading';

  return (state) => {
    const now = view(state);
    for (const element of shows) element.hidden = !now.show[element.dataset['show'] ?? ''];
    for (const element of texts) setText(element, now.text[element.dataset['text'] ?? ''] ?? '');
    for (const element of switches) {
      element.classList.toggle('off', now.off[element.dataset['off'] ?? '']);
    }
    for (const element of enableds) element.disabled = !now.enabled[element.dataset['enabled'] ?? ''];
    for (const choice of choices) choice.checked = choice.value === state.choice;
    fillPicker(cameras, state.devices.cameras, state.devices.cameraId);
    fillPicker(microphones, state.devices.microphones, state.devices.microphoneId);
    fillList(recordings, now.recordings);
    recordingsLink.href = now.recordingsAddress;
    // The key must not stay in the page.
    if (state.screen !== 'key') keyField.value = '';
    keyField.setAttribute('aria-invalid', String(now.show['keyProblem']));
    document.body.dataset['tone'] = now.tone;
    document.body.dataset['screen'] = state.screen;
    document.body.dataset['mark'] = now.mark;
    if (state.screen !== shownScreen) {
      shownScreen = state.screen;
      focusHeading(screens.find((screen) => !screen.hidden));
    }
  };
}
