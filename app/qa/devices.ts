import type { Device, DevicePort, DeviceTrouble } from './ports';
import { startLevelMeter } from './level-meter';

const TROUBLE_BY_ERROR: Readonly<Record<string, DeviceTrouble>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

function troubleOf(error: unknown): DeviceTrouble {
  if (!(error instanceof DOMException)) return 'missing';
  // Chrome's words for a device that the privacy settings of macOS or Windows keep from it: the browser's own don't help.
  if (error.name === 'NotAllowedError' && error.message.includes('system')) return 'system';
  return TROUBLE_BY_ERROR[error.name] ?? 'missing';
}

const deviceConstraint = (id: string | undefined): MediaTrackConstraints | true =>
  id ? { deviceId: { exact: id } } : true;

/** The picked device is not there any more. */
const isGone = (error: unknown): boolean => error instanceof Error && error.name === 'OverconstrainedError';

async function list(kind: MediaDeviceKind, noun: string): Promise<Device[]> {
  // What is open works without a list of what else there is.
  const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return all
    .filter((device) => device.kind === kind)
    .map(({ deviceId, label }, index) => ({ id: deviceId, label: label || `${noun} ${index + 1}` }));
}

const deviceOf = (track: MediaStreamTrack | undefined): string => track?.getSettings().deviceId ?? '';

interface Opened {
  readonly stream: MediaStream;
  readonly cameraTrouble: DeviceTrouble | undefined;
}

/** Both, or the microphone alone: without a camera one can still talk. @throws what the microphone's trouble is */
async function openStream(cameraId: string | undefined, microphoneId: string | undefined): Promise<Opened> {
  const { mediaDevices } = navigator;
  const audio = deviceConstraint(microphoneId);
  try {
    const stream = await mediaDevices.getUserMedia({ audio, video: deviceConstraint(cameraId) });
    return { stream, cameraTrouble: undefined };
  } catch (error) {
    if (isGone(error) && (cameraId || microphoneId)) return openStream(undefined, undefined);
    return { stream: await mediaDevices.getUserMedia({ audio }), cameraTrouble: troubleOf(error) };
  }
}

/** Camera and microphone of this browser, shown in `video` and `meter` while they are open. */
export function browserDevices(video: HTMLVideoElement, meter: HTMLElement): DevicePort {
  let stream: MediaStream | undefined;
  let stopMeter: (() => void) | undefined;

  const close = (): void => {
    stopMeter?.();
    stopMeter = undefined;
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
    video.srcObject = null;
  };

  return {
    close,
    async open({ cameraId, microphoneId }) {
      close();
      // Undefined on a page without https, except on localhost.
      if (!navigator.mediaDevices) return 'insecure';
      let cameraTrouble: DeviceTrouble | undefined;
      try {
        ({ stream, cameraTrouble } = await openStream(cameraId, microphoneId));
      } catch (error) {
        return troubleOf(error);
      }
      video.srcObject = stream;
      try {
        stopMeter = startLevelMeter(stream, meter);
      } catch {
        // Some browsers give no AudioContext, or too few of them: the meter fails alone.
      }
      return {
        cameras: await list('videoinput', 'Camera'),
        microphones: await list('audioinput', 'Microphone'),
        cameraId: deviceOf(stream.getVideoTracks()[0]),
        microphoneId: deviceOf(stream.getAudioTracks()[0]),
        cameraTrouble,
        hasMeter: stopMeter !== undefined,
      };
    },
  };
}
