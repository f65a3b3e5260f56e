import { openDevices } from './devices';
import { isGone, Link, HttpError } from './link';
import type { Entered, News } from './news';
import { addressed, embeddingIn, readMessage, type Outgoing } from './protocol';
import { BrowserRecordings } from './browser-recordings';
import { step } from './room-state';
import { OUTSIDE, type Effect, type Input, type JoinOptions } from './room-types';
import { View } from './view';

/** What is left of a recording may take so long to be sent before the page goes out all the same. */
const FAREWELL_MS = 5_000;

const embedding = window.parent === window ? undefined : embeddingIn(location.search);
const link = new Link(location.pathname);
const recordings = new BrowserRecordings(link, (note) => happen({ kind: 'recording-note', note }));
const view = new View();
let state = OUTSIDE;
let stream = new MediaStream();

function happen(input: Input): void {
  const next = step(state, input);
  state = next.state;
  for (const effect of next.effects) carryOut(effect);
  view.show(state);
}

function carryOut(effect: Effect): void {
  switch (effect.do) {
    case 'post':
      return postToEmbedder(effect.message);
    case 'enter':
      return void enter(effect.wish);
    case 'watch':
      return void watch();
    case 'set-media':
      return setMedia(effect.video, effect.audio);
    case 'answer-devices':
      return postToEmbedder({ callbackStamp: effect.stamp, ...devices() });
    case 'ask-recording':
      return recordings.ask(effect.instanceId);
    case 'record':
      return recordings.begin(effect.instanceId, stream);
    case 'finish-recording':
      return void recordings.finish(effect.instanceId);
    case 'drop-recording':
      return recordings.drop(effect.instanceId);
    case 'stop-recording':
      return recordings.stop(effect.instanceId);
    case 'go-out':
      return void goOut();
  }
}

function postToEmbedder(message: Outgoing): void {
  if (embedding !== undefined) window.parent.postMessage(addressed(message, embedding), embedding.origin);
}

async function enter({ userName, token }: JoinOptions): Promise<void> {
  try {
    const opened = await openDevices();
    stream = opened.stream;
    view.showPicture(stream);
    happen({ kind: 'device-note', note: opened.note });
    // Without a token its name is not sent: JSON leaves undefined out.
    const body = { user_name: userName, media: true, token };
    // The shapes of answers are the simulator's own: http/room-session.ts.
    const entered: Entered = JSON.parse(await link.ask('/join', { method: 'POST', body }));
    link.token = entered.room_token;
    happen({ kind: 'entered', entered });
  } catch (error) {
    closeDevices();
    const status = error instanceof HttpError ? error.status : 0;
    happen({ kind: 'refused', status, text: error instanceof Error ? error.message : 'unknown' });
  }
}

/** Asks for news, one question after the other: each is also the sign that this browser is still here. */
async function watch(): Promise<void> {
  try {
    while (state.phase === 'inside') {
      const after = state.news?.number ?? 0;
      const news: News = JSON.parse(await link.ask(`/news?after=${after}`, { method: 'GET' }));
      happen({ kind: 'news', news });
    }
  } catch (error) {
    if (state.phase !== 'inside') return;
    if (!isGone(error)) console.error('The room lost its simulator.', error);
    happen({ kind: 'forgotten' });
  }
}

async function goOut(): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
  await Promise.race([recordings.finishAll(), late]);
  await link.send('/leave', { method: 'POST' }).catch(() => undefined);
  closeDevices();
  happen({ kind: 'out' });
}

function setMedia(video: boolean, audio: boolean): void {
  for (const track of stream.getVideoTracks()) track.enabled = video;
  for (const track of stream.getAudioTracks()) track.enabled = audio;
}

function closeDevices(): void {
  for (const track of stream.getTracks()) track.stop();
  view.showPicture(null);
}

/** As daily-js's `getInputDevices()` answers. Choosing another device is not simulated. */
function devices(): Outgoing {
  const one = (track: MediaStreamTrack | undefined): object =>
    track === undefined ? {} : { deviceId: track.getSettings().deviceId ?? '', label: track.label };
  return { camera: one(stream.getVideoTracks()[0]), mic: one(stream.getAudioTracks()[0]), speaker: {} };
}

// A closed tab says so if it still can; if it cannot, its silence does.
window.addEventListener('pagehide', () => {
  if (state.phase === 'inside') void link.send('/leave', { method: 'POST', keepalive: true });
});

view.show(state);
if (embedding !== undefined) {
  window.addEventListener('message', ({ data, origin, source }) => {
    if (source !== window.parent || origin !== embedding.origin) return;
    const message = readMessage(data, embedding);
    if (message !== undefined) happen({ kind: 'message', message });
  });
  postToEmbedder({ action: 'iframe-ready-for-launch-config' });
}
