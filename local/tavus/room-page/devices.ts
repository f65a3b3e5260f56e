/** What is shown and recorded of the person. */
interface Devices {
  readonly stream: MediaStream;
  /** Empty when camera and microphone are real. */
  readonly note: string;
}

/** Small: encoding is this computer's work, where the vendor's is done in its cloud. */
const WIDTH = 640;
const HEIGHT = 360;
const FRAMES_PER_SEC = 15;
const SIZE = { width: { ideal: WIDTH }, height: { ideal: HEIGHT } };

/** Camera and microphone. Without a camera a drawn picture stands in, and the person is told what is missing. */
export async function openDevices(): Promise<Devices> {
  const both = await tracksOf({ video: SIZE, audio: true });
  if (both.tracks.length > 0) return { stream: new MediaStream(both.tracks), note: '' };
  // One of them may be missing: each is asked for alone before it is replaced.
  const video = await tracksOf({ video: SIZE });
  const audio = await tracksOf({ audio: true });
  const missing = [
    ...(video.tracks.length > 0 ? [] : [`no camera (${video.why}): a drawn picture stands in`]),
    ...(audio.tracks.length > 0 ? [] : [`no microphone (${audio.why})`]),
  ];
  const stream = new MediaStream([
    ...(video.tracks.length > 0 ? video.tracks : drawnPicture()),
    ...audio.tracks,
  ]);
  return { stream, note: missing.join('; ') };
}

async function tracksOf(
  wanted: MediaStreamConstraints,
): Promise<{ tracks: MediaStreamTrack[]; why: string }> {
  try {
    return { tracks: (await navigator.mediaDevices.getUserMedia(wanted)).getTracks(), why: '' };
  } catch (error) {
    return { tracks: [], why: error instanceof Error ? error.name : 'unknown' };
  }
}

function drawnPicture(): MediaStreamTrack[] {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext('2d');
  if (pen === null) return [];
  let frame = 0;
  // A timer, not an animation frame: that one stands still in a tab that nobody sees.
  setInterval(() => {
    frame += 1;
    pen.fillStyle = '#243b53';
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.fillStyle = '#f0b429';
    pen.beginPath();
    pen.arc((frame * 6) % WIDTH, HEIGHT / 2, 40, 0, 2 * Math.PI);
    pen.fill();
    pen.font = '32px sans-serif';
    pen.fillText(new Date().toLocaleTimeString(), 24, 48);
  }, 1_000 / FRAMES_PER_SEC);
  return canvas.captureStream(FRAMES_PER_SEC).getTracks();
}
