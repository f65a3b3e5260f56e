import { BrowserRecordings } from './browser-recordings';
import { openDevices } from './devices';
import { HttpError, isGone, Link } from './link';
import type { JoinResponse, News } from './news';
import { addressed, embeddingIn, readMessage, type Outgoing } from './protocol';
import { reduceRoom } from './room-reducer';
import { INITIAL_STATE, type Effect, type Input, type JoinOptions } from './room-types';
import { View } from './view';

/** Before it leaves, the page waits this long until the last chunks are sent. */
const LAST_CHUNKS_TIMEOUT_MS = 5_000;

const embedding = window.parent === window ? undefined : embeddingIn(location.search);
const link = new Link(location.pathname);
const recordings = new BrowserRecordings(link, (note) => dispatch({ kind: 'recording-note', note }));
const view = new View();
let state = INITIAL_STATE;
let stream = new MediaStream();

function dispatch(input: Input): void {
  const next = reduceRoom(state, input);
  state = next.state;
  for (const effect of next.effects) runEffect(effect);
  view.show(state);
}

function runEffect(effect: Effect): void {
  switch (effect.do) {
    case 'post':
      return postToEmbedder(effect.message);
    case 'join':
      return void join(effect.options);
    case 'poll-news':
      return void pollNews();
    case 'set-media':
      return setMedia(effect.video, effect.audio);
    case 'answer-devices':
      return postToEmbedder({ callbackStamp: effect.stamp, ...devices() });
    case 'request-recording':
      return recordings.request(effect.instanceId);
    case 'record':
      return recordings.begin(effect.instanceId, stream);
    case 'finish-recording':
      return void recordings.finish(effect.instanceId);
    case 'cancel-recording':
      return recordings.cancel(effect.instanceId);
    case 'stop-recording':
      return recordings.stop(effect.instanceId);
    case 'leave':
      return void leave();
  }
}

function postToEmbedder(message: Outgoing): void {
  if (embedding !== undefined) window.parent.postMessage(addressed(message, embedding), embedding.origin);
}

async function join({ userName, token }: JoinOptions): Promise<void> {
  try {
    const opened = await openDevices();
    stream = opened.stream;
    view.showPicture(stream);
    dispatch({ kind: 'device-note', note: opened.note });
    const body = { user_name: userName, media: true, token };
    // The formats of the responses are those of http/room-session.ts.
    const response: JoinResponse = JSON.parse(await link.request('/join', { method: 'POST', body }));
    link.token = response.room_token;
    dispatch({ kind: 'joined', response });
  } catch (error) {
    closeDevices();
    const status = error instanceof HttpError ? error.status : 0;
    dispatch({
      kind: 'join-refused',
      status,
      text: error instanceof Error ? error.message : 'unknown',
    });
  }
}

/** Long polls, one after the other. Each is also the heartbeat of the page's session. */
async function pollNews(): Promise<void> {
  try {
    while (state.phase === 'joined') {
      const after = state.news?.number ?? 0;
      const news: News = JSON.parse(await link.request(`/news?after=${after}`, { method: 'GET' }));
      dispatch({ kind: 'news', news });
    }
  } catch (error) {
    if (state.phase !== 'joined') return;
    if (!isGone(error)) console.error('The simulator cannot be reached.', error);
    dispatch({ kind: 'session-lost' });
  }
}

async function leave(): Promise<void> {
  const timeout = new Promise((resolve) => setTimeout(resolve, LAST_CHUNKS_TIMEOUT_MS));
  await Promise.race([recordings.finishAll(), timeout]);
  await link.send('/leave', { method: 'POST' }).catch(() => undefined);
  closeDevices();
  dispatch({ kind: 'left' });
}

function setMedia(video: boolean, audio: boolean): void {
  for (const track of stream.getVideoTracks()) track.enabled = video;
  for (const track of stream.getAudioTracks()) track.enabled = audio;
}

function closeDevices(): void {
  for (const track of stream.getTracks()) track.stop();
  view.showPicture(null);
}

/** The result of daily-js's `getInputDevices()`. Choosing another device is not simulated. */
function devices(): Outgoing {
  const device = (track: MediaStreamTrack | undefined): object =>
    track === undefined ? {} : { deviceId: track.getSettings().deviceId ?? '', label: track.label };
  return { camera: device(stream.getVideoTracks()[0]), mic: device(stream.getAudioTracks()[0]), speaker: {} };
}

// If this request does not arrive, the missing heartbeat ends the session.
window.addEventListener('pagehide', () => {
  if (state.phase === 'joined') void link.send('/leave', { method: 'POST', keepalive: true });
});

view.show(state);
if (embedding !== undefined) {
  window.addEventListener('message', ({ data, origin, source }) => {
    if (source !== window.parent || origin !== embedding.origin) return;
    const message = readMessage(data, embedding);
    if (message !== undefined) dispatch({ kind: 'message', message });
  });
  postToEmbedder({ action: 'iframe-ready-for-launch-config' });
}
