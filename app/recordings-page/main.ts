import { byId } from '../qa/by-id';
import { keyProblem, KEY_REFUSED } from '../qa/texts';
import type { PageAccess, ConversationList } from './answers';
import { api, type ApiAnswer } from './api';
import { credentials } from './credentials';
import { make } from './elements';
import { addRows, emptyElement } from './list-view';
import { oneElements } from './one-view';
import { enablePlayback } from './playback';
import { searchedBackTo, NO_CONVERSATION, STATE_CHOICES } from './texts';

const SCREENS = ['loading', 'trouble', 'sign-in', 'key-screen', 'list', 'one'] as const;
type Screen = (typeof SCREENS)[number];

const rows = byId('rows', HTMLElement);
const more = byId('more', HTMLButtonElement);
const listStatus = byId('list-status', HTMLElement);
const forget = byId('forget', HTMLButtonElement);
const text = byId('text', HTMLInputElement);
const state = byId('state', HTMLSelectElement);
const day = byId('day', HTMLInputElement);

/** Shows a screen and focuses its heading, for keyboard and screen reader. */
function show(screen: Screen): void {
  for (const id of SCREENS) byId(id, HTMLElement).hidden = id !== screen;
  forget.hidden = credentials.get() === undefined || screen === 'key-screen';
  byId(screen, HTMLElement).querySelector('h2')?.focus();
}

function askForKey(problem: string): void {
  credentials.forget();
  const notice = byId('key-problem', HTMLElement);
  notice.textContent = problem;
  notice.hidden = problem === '';
  byId('key', HTMLInputElement).setAttribute('aria-invalid', String(problem !== ''));
  show('key-screen');
}

/** The body of a success; shows every other answer. */
function bodyOf<T>(answer: ApiAnswer<T>): T | undefined {
  switch (answer.kind) {
    case 'ok':
      return answer.body;
    case 'sign-in': {
      const back = encodeURIComponent(location.pathname + location.search);
      byId('sign-in-link', HTMLAnchorElement).href = `/.auth/login/aad?post_login_redirect_uri=${back}`;
      show('sign-in');
      return undefined;
    }
    case 'unauthorized':
      askForKey(credentials.get() === undefined ? '' : KEY_REFUSED);
      return undefined;
    default: {
      const { title, detail, note = '' } = answer.problem;
      byId('trouble-title', HTMLElement).textContent = title;
      byId('trouble-detail', HTMLElement).textContent = detail;
      byId('trouble-note', HTMLElement).textContent = note;
      show('trouble');
      return undefined;
    }
  }
}

/** Number of opened views. */
let turns = 0;

/** The body of an answer, unless another view was opened meanwhile. */
async function bodyIn<T>(turn: number, asked: Promise<ApiAnswer<T>>): Promise<T | undefined> {
  const answer = await asked;
  return turn === turns ? bodyOf(answer) : undefined;
}

/** The search is in the address, so that it can be shared and "back" works. */
const searched = (): URLSearchParams => new URLSearchParams(location.search);

/** The search in the form of the API. */
function queryOf(inAddress: URLSearchParams, after?: string): URLSearchParams {
  const query = new URLSearchParams();
  const { states = [], isHeld } = STATE_CHOICES[inAddress.get('state') ?? 'all'] ?? {};
  if (states.length > 0) query.set('state', states.join(','));
  if (isHeld === true) query.set('held', 'true');
  for (const name of ['name', 'day']) {
    const value = inAddress.get(name);
    if (value !== null) query.set(name, value);
  }
  if (after !== undefined) query.set('after', after);
  return query;
}

function showNotes({ notes }: PageAccess): void {
  byId('notes', HTMLElement).replaceChildren(...notes.map((note) => make('p', { class: 'notice' }, note)));
}

/** Appends a page of the list. */
function addPage(page: ConversationList): void {
  const inAddress = searched();
  const isSearch = ['name', 'day', 'state'].some((name) => inAddress.has(name));
  addRows(rows, page);
  const count = rows.querySelectorAll('li').length;
  const { next, looked_back_to: back } = page;
  rows.querySelector('.empty')?.remove();
  if (count === 0 && next === undefined) {
    const none = STATE_CHOICES[inAddress.get('state') ?? 'all']?.none ?? '';
    rows.append(emptyElement(isSearch ? none : NO_CONVERSATION, isSearch));
  }
  listStatus.textContent = [
    ...(count === 0 ? [] : [`${count} shown, newest first.`]),
    ...(back === undefined ? [] : [searchedBackTo(back)]),
  ].join(' ');
  more.hidden = next === undefined;
  more.dataset['after'] = next;
  more.textContent = count === 0 ? 'Look further back' : 'Show more';
}

async function openList(turn: number): Promise<void> {
  const inAddress = searched();
  text.value = inAddress.get('name') ?? '';
  state.value = inAddress.get('state') ?? 'all';
  day.value = inAddress.get('day') ?? '';
  const access = await bodyIn(turn, api.access());
  const page = access && (await bodyIn(turn, api.list(queryOf(inAddress))));
  if (access === undefined || page === undefined) return;
  showNotes(access);
  rows.replaceChildren();
  addPage(page);
  document.title = 'Recordings';
  show('list');
}

async function showMore(): Promise<void> {
  more.disabled = true;
  const page = await bodyIn(turns, api.list(queryOf(searched(), more.dataset['after'])));
  more.disabled = false;
  if (page !== undefined) addPage(page);
}

async function openOne(id: string, turn: number): Promise<void> {
  const one = await bodyIn(turn, api.one(id));
  if (one === undefined) return;
  const content = byId('one-content', HTMLElement);
  content.replaceChildren(...oneElements(one));
  for (const article of content.querySelectorAll<HTMLElement>('article')) {
    enablePlayback(article, id, bodyOf);
  }
  document.title = `${content.querySelector('h2')?.textContent} · Recordings`;
  show('one');
}

/** Opens the view of the current address. */
async function open(): Promise<void> {
  const [, , id = ''] = location.pathname.split('/');
  turns += 1;
  await (id === '' ? openList(turns) : openOne(decodeURIComponent(id), turns));
}

function go(address: string): void {
  history.pushState(null, '', address);
  scrollTo(0, 0);
  void open();
}

/** An existing id opens its conversation; any other text searches names. */
async function search(): Promise<void> {
  const words = text.value.trim();
  if (words !== '' && !/\s/.test(words) && (await api.one(words)).kind === 'ok') {
    return go(`/recordings/${encodeURIComponent(words)}`);
  }
  const query = new URLSearchParams({
    ...(words !== '' && { name: words }),
    ...(state.value !== 'all' && { state: state.value }),
    ...(day.value !== '' && { day: day.value }),
  });
  go(query.size === 0 ? '/recordings' : `/recordings?${query.toString()}`);
}

async function giveKey(): Promise<void> {
  const field = byId('key', HTMLInputElement);
  // Copying can add a line break or space.
  const key = field.value.trim();
  const problem = keyProblem(key);
  if (problem !== '') return askForKey(problem);
  credentials.set({ key, name: byId('viewer', HTMLInputElement).value.trim() });
  field.value = '';
  await open();
}

state.append(...Object.entries(STATE_CHOICES).map(([name, { words }]) => new Option(words, name)));

byId('key-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void giveKey();
});
byId('search', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void search();
});
state.addEventListener('change', () => void search());
more.addEventListener('click', () => void showMore());
byId('again', HTMLButtonElement).addEventListener('click', () => void open());
forget.addEventListener('click', () => askForKey(''));
addEventListener('popstate', () => void open());
// Links are handled in the page, so that it does not reload.
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (link === null || !isPlain || !/^\/recordings(?:[/?]|$)/.test(link.getAttribute('href') ?? '')) return;
  event.preventDefault();
  go(link.href);
});

void open();
