/**
 * A fake room with the part of daily-js's frame protocol that the page needs. It replaces Tavus's room, so it proves our
 * code together with the real daily-js, but nothing about Daily. Its path selects its behaviour: `/refuses`, `/breaks`, `/silent`, ...
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
const started = (more) => say({ action: 'recording-started', recordingId: 'r', instanceId: 'i', type: 'cloud', startedBy: 'me', ...more });
const fatal = (type, msg) => { say({ action: 'error', errorMsg: msg, error: { type, msg } }); say({ action: 'left-meeting' }); };
let asked = 0;
const record = () => {
  asked += 1;
  if (has('deaf') && !(has('once') && asked > 1)) return;
  if (has('refuses')) return say({ action: 'recording-error', errorMsg: 'You are not allowed to record this meeting' });
  if (has('role')) return say({ action: 'recording-error', errorMsg: 'Error fetching STS credentials' });
  if (has('records-already')) return setTimeout(() => say({ action: 'recording-error', errorMsg: 'something unexpected' }), 60);
  started({ local: true });
  if (has('breaks')) setTimeout(() => say({ action: 'recording-error', errorMsg: 'The upload failed' }), 300);
};
const answers = {
  'iframe-launch-config': () => say({ action: 'loaded' }),
  'join-meeting': ({ callbackStamp }) => {
    if (has('closed')) return fatal('exp-room', 'The meeting has ended');
    if (has('full') && !seenBefore) return fatal('meeting-full', 'Meeting is full');
    if (has('private')) return fatal('not-allowed', 'You are not allowed to join this meeting');
    say({ action: 'join-meeting', callbackStamp });
    say({ action: 'joined-meeting', participants: { local: local() } });
    say({ action: 'participant-joined', participant: local() });
    if (!has('alone')) setTimeout(() => say({ action: 'participant-joined', participant: other }), 50);
    if (has('flaky')) setTimeout(() => say({ action: 'network-connection', type: 'signaling', event: 'interrupted' }), 100);
    if (has('ejects') && !seenBefore) setTimeout(() => fatal('ejected', 'A moderator removed you'), 400);
    if (has('loses') && !seenBefore) setTimeout(() => fatal('connection-error', 'Network unreachable'), 400);
    if (has('ends')) setTimeout(() => fatal('ejected', 'Meeting has ended'), 400);
    if (has('records')) setTimeout(() => started({ recordingId: 'r2', startedBy: 'replica' }), 20);
    if (has('deafens')) setTimeout(() => say({ action: 'camera-error', errorMsg: { errorMsg: 'mic in use', audioOk: false, videoOk: true }, error: { type: 'mic-in-use', msg: 'mic in use' } }), 100);
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
const seenBefore = sessionStorage.getItem('seen') !== null;
const isSilent = has('silent') && !(has('once') && seenBefore);
sessionStorage.setItem('seen', 'yes');
if (!isSilent) say({ action: 'iframe-ready-for-launch-config' });
</script></body></html>`;
