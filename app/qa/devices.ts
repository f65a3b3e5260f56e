import type { Device, DevicePort, DeviceTrouble } from './ports';
import { startLevelMeter } from './level-meter';

const TROUBLES: Readonly<Record<string, DeviceTrouble>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

const troubleOf = (error: unknown): DeviceTrouble =>
  (error instanceof DOMException ? TROUBLES[error.name] : undefined) ?? 'missing';

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
      if (!navigator.mediaDevices) return 'denied';
      const audio = wish(microphoneId);
      try {
        stream = await navigator.mediaDevices
          .getUserMedia({ audio, video: wish(cameraId) })
          .catch((error: unknown) => {
            // Without a camera one can still talk.
            if (troubleOf(error) !== 'missing') throw error;
            return navigator.mediaDevices.getUserMedia({ audio });
          });
      } catch (error) {
        return troubleOf(error);
      }
      video.srcObject = stream;
      stopMeter = startLevelMeter(stream, meter);
      return {
        cameras: await list('videoinput', 'Camera'),
        microphones: await list('audioinput', 'Microphone'),
        cameraId: deviceOf(stream.getVideoTracks()[0]),
        microphoneId: deviceOf(stream.getAudioTracks()[0]),
      };
    },
  };
}
