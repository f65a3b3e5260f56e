import type { Device, DevicePort, DeviceTrouble } from './ports';
import { startLevelMeter } from './level-meter';

const TROUBLES: Readonly<Record<string, DeviceTrouble>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

/** Chrome and Safari name the system in their message; by its name alone the error is the browser's own. */
function troubleOf(error: unknown): DeviceTrouble {
  if (!(error instanceof DOMException)) return 'missing';
  const trouble = TROUBLES[error.name] ?? 'missing';
  return trouble === 'denied' && /system/i.test(error.message) ? 'system' : trouble;
}

const wish = (id: string | undefined): MediaTrackConstraints | true =>
  id ? { deviceId: { exact: id } } : true;

async function list(kind: MediaDeviceKind, noun: string): Promise<Device[]> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all
    .filter((device) => device.kind === kind)
    .map(({ deviceId, label }, index) => ({ id: deviceId, label: label || `${noun} ${index + 1}` }));
}

const deviceOf = (track: MediaStreamTrack | undefined): string => track?.getSettings().deviceId ?? '';

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
      const audio = wish(microphoneId);
      let opened: MediaStream;
      try {
        opened = await navigator.mediaDevices
          .getUserMedia({ audio, video: wish(cameraId) })
          .catch((error: unknown) =>
            // Without a camera, whatever is the matter with it, one can still talk.
            navigator.mediaDevices.getUserMedia({ audio }).catch(() => Promise.reject(error)),
          );
      } catch (error) {
        return troubleOf(error);
      }
      stream = opened;
      video.srcObject = opened;
      try {
        stopMeter = startLevelMeter(opened, meter);
      } catch {
        // A browser that gives no sound to measure still lets one talk.
      }
      return {
        cameras: await list('videoinput', 'Camera'),
        microphones: await list('audioinput', 'Microphone'),
        cameraId: deviceOf(opened.getVideoTracks()[0]),
        microphoneId: deviceOf(opened.getAudioTracks()[0]),
      };
    },
  };
}
