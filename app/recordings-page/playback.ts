import { api } from './api';
import { make } from './elements';
import { Player } from './player';

/** Called when the whole page needs a sign-in or a key. */
export type OnRefused = (answer: { readonly kind: 'sign-in' | 'unauthorized' }) => void;

const LOST =
  'The browser could not fetch or play it. Reload the page and try again. If it fails again, see the verification below, and check the network between this browser and S3.';

/** Connects the buttons of one recording. */
export function enablePlayback(article: HTMLElement, id: string, onRefused: OnRefused): void {
  const { key = '' } = article.dataset;
  const container = article.querySelector<HTMLElement>('.player');
  const messages = article.querySelector<HTMLElement>('.says');
  const version = (): string | undefined => article.querySelector<HTMLSelectElement>('.version')?.value;

  const say = (words: string, className = 'notice wrong'): void =>
    messages?.replaceChildren(make('p', { class: className }, words));

  const linkFor = async (isDownload: boolean) => {
    const answer = await api.link(id, { key, version: version(), isDownload });
    if (answer.kind === 'ok') return answer.body;
    if (answer.kind === 'refused') say(`${answer.problem.title}. ${answer.problem.detail}`);
    else onRefused(answer);
    return undefined;
  };

  const addCaptions = async (video: HTMLVideoElement): Promise<void> => {
    const answer = await api.captions(id, key);
    if (answer.kind !== 'ok') {
      if (answer.kind === 'refused') say(`There are no captions. ${answer.problem.detail}`, 'small');
      return;
    }
    const src = URL.createObjectURL(new Blob([answer.body], { type: 'text/vtt' }));
    video.append(make('track', { kind: 'captions', label: 'Captions', src, default: '' }));
  };

  const play = async (): Promise<void> => {
    messages?.replaceChildren();
    const video = make('video', { controls: '', playsinline: '', 'aria-label': `Recording ${key}` });
    const failed = (words: string): void => say(words === '' ? LOST : `${LOST} Browser: ${words}`);
    const player = new Player(video, { link: () => linkFor(false), failed });
    container?.replaceChildren(video);
    const captions = addCaptions(video);
    await player.start();
    if (video.src === '') container?.replaceChildren();
    else video.focus();
    await captions;
  };

  const download = async (): Promise<void> => {
    messages?.replaceChildren();
    const link = await linkFor(true);
    // The answer is an attachment, so the page stays.
    if (link !== undefined) location.assign(link.url);
  };

  article.querySelector('.play')?.addEventListener('click', () => void play());
  article.querySelector('.download')?.addEventListener('click', () => void download());
}
