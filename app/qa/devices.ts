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
  // Chrome's message when the privacy settings of macOS or Windows block the device.
  if (error.name === 'NotAllowedError' && error.message.includes('system')) return 'system';
  return TROUBLE_BY_ERROR[error.name] ?? 'missing';
}

const deviceConstraint = (id: string | undefined): MediaTrackConstraints | true =>
  id ? { deviceId: { exact: id } } : true;

/** Whether the selected device is gone. */
const isGone = (error: unknown): boolean => error instanceof Error && error.name === 'OverconstrainedError';

async function list(kind: MediaDeviceKind, noun: string): Promise<Device[]> {
  // The opened devices work even if the list fails.
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

/** Opens both, or only the microphone: a camera is not required. @throws the error of the microphone */
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

/** Camera and microphone of the browser, shown in `video` and `meter` while open. */
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
      // Undefined without https, except on localhost.
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
        // Without an AudioContext only the meter fails.
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
