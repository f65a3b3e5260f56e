/**
 * A room that speaks as much of daily-js's frame protocol as the page needs. It stands in for Tavus's room, so it proves our
 * code together with the real daily-js, and nothing about Daily. Its path says how it behaves: `/refuses`, `/breaks`, `/silent`, ...
 */
export const ROOM_HTML = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Stub room</title>
<style>body{margin:0;height:100vh;display:grid;place-items:center;background:#17202c;color:#8fa3bd;font:16px system-ui}</style></head>
<body><p>The room is here</p><script>
const has = (word) => location.pathname.includes(word);
const id = new URLSearchParams(location.search).get('emb');
const say = (message) => parent.postMessage({ what: 'iframe-call-message', callClientId: id, from: 'embedded', ...message }, '*');
const track = (on) => ({ state: on ? 'playable' : 'off' });
const media = { audio: true, video: true };
const local = () => ({ session_id: 'me', local: true, audio: media.audio, video: media.video,
  tracks: { audio: track(media.audio), video: track(media.video), screenAudio: track(false), screenVideo: track(false) } });
const other = { session_id: 'replica', local: false, user_name: 'Replica', tracks: { audio: track(true), video: track(true) } };
const record = () => {
  if (has('deaf')) return;
  if (has('refuses')) return say({ action: 'recording-error', errorMsg: 'You are not allowed to record this meeting' });
  say({ action: 'recording-started', recordingId: 'r', instanceId: 'i', type: 'cloud' });
  if (has('breaks')) setTimeout(() => say({ action: 'recording-error', errorMsg: 'The upload failed' }), 300);
};
const answers = {
  'iframe-launch-config': () => say({ action: 'loaded' }),
  'join-meeting': ({ callbackStamp }) => {
    if (has('closed')) return say({ action: 'error', errorMsg: 'The meeting has ended', error: { type: 'exp-room', msg: 'The meeting has ended' } });
    say({ action: 'join-meeting', callbackStamp });
    say({ action: 'joined-meeting', participants: { local: local() } });
    say({ action: 'participant-joined', participant: local() });
    if (!has('alone')) setTimeout(() => say({ action: 'participant-joined', participant: other }), 50);
    if (has('flaky')) setTimeout(() => say({ action: 'network-connection', type: 'signaling', event: 'interrupted' }), 100);
    if (has('throws-out')) setTimeout(() => say({ action: 'left-meeting' }), 500);
  },
  'local-recording-start': record,
  'local-recording-stop': () => say({ action: 'recording-stopped', instanceId: 'i' }),
  'local-audio': ({ state }) => { media.audio = state; say({ action: 'participant-updated', participant: local() }); },
  'local-video': ({ state }) => { media.video = state; say({ action: 'participant-updated', participant: local() }); },
  'leave-meeting': () => say({ action: 'left-meeting' }),
};
addEventListener('message', ({ data }) => {
  if (data && data.what === 'iframe-call-message' && data.from === 'module' && answers[data.action]) answers[data.action](data);
});
const isSilent = has('silent') && !(has('once') && sessionStorage.getItem('seen'));
sessionStorage.setItem('seen', 'yes');
if (!isSilent) say({ action: 'iframe-ready-for-launch-config' });
</script></body></html>`;
