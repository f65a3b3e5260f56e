/** The person's camera and microphone. */
interface Devices {
  readonly stream: MediaStream;
  /** Says what is missing. Empty if camera and microphone are real. */
  readonly note: string;
}

/** Small, because this computer must encode the video. */
const WIDTH = 640;
const HEIGHT = 360;
const FRAMES_PER_SEC = 15;
const SIZE = { width: { ideal: WIDTH }, height: { ideal: HEIGHT } };

/** Opens camera and microphone. Replaces a missing camera with a drawn picture. */
export async function openDevices(): Promise<Devices> {
  const both = await tracksOf({ video: SIZE, audio: true });
  if (both.tracks.length > 0) return { stream: new MediaStream(both.tracks), note: '' };
  // The request for both fails if one is missing: request each alone.
  const video = await tracksOf({ video: SIZE });
  const audio = await tracksOf({ audio: true });
  const missing = [
    ...(video.tracks.length > 0 ? [] : [`no camera (${video.why}): a drawn picture replaces it`]),
    ...(audio.tracks.length > 0 ? [] : [`no microphone (${audio.why})`]),
  ];
  const stream = new MediaStream([
    ...(video.tracks.length > 0 ? video.tracks : drawnPicture()),
    ...audio.tracks,
  ]);
  return { stream, note: missing.join('; ') };
}

async function tracksOf(
  constraints: MediaStreamConstraints,
): Promise<{ tracks: MediaStreamTrack[]; why: string }> {
  try {
    return { tracks: (await navigator.mediaDevices.getUserMedia(constraints)).getTracks(), why: '' };
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
  // A timer, because animation frames stop in a background tab.
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
