import Daily, { type DailyCall, type DailyParticipant } from '@daily-co/daily-js';
import { defined } from '../../contract/defined';
import type { CallListener, CallPort, DeviceLabels, OpenCall } from './ports';

/** Longest wait for the room before the frame is removed. */
const LEAVE_MS = 3_000;

const isOn = (track: { readonly state: string } | undefined): boolean =>
  track !== undefined && track.state !== 'off' && track.state !== 'blocked';

/** Selects the devices chosen before the call. By label, because device ids differ between origins. */
async function useDevices(call: DailyCall, wanted: DeviceLabels): Promise<void> {
  const { devices } = await call.enumerateDevices();
  const idOf = (kind: string, label: string | undefined): string | undefined =>
    devices.find((device) => device.kind === kind && device.label === label)?.deviceId;
  const audioDeviceId = idOf('audioinput', wanted.microphone);
  const videoDeviceId = idOf('videoinput', wanted.camera);
  await call.setInputDevicesAsync(defined({ audioDeviceId, videoDeviceId }));
}

function listen(call: DailyCall, devices: DeviceLabels, listener: CallListener): void {
  const tellOthers = (): void => {
    listener.others(Object.values(call.participants()).filter(({ local }) => !local).length);
  };
  const tellMedia = ({
    local,
    tracks,
  }: Pick<DailyParticipant, 'local'> & Partial<DailyParticipant>): void => {
    if (local && tracks) listener.media({ microphone: isOn(tracks.audio), camera: isOn(tracks.video) });
  };
  call
    .on('joined-meeting', () => {
      listener.joined();
      tellOthers();
      // If a device is unknown to the room, its own choice stays.
      void useDevices(call, devices).catch(() => undefined);
    })
    .on('left-meeting', () => listener.left())
    .on('error', ({ error, errorMsg }) => listener.failed({ type: error?.type, words: errorMsg }))
    .on('camera-error', ({ errorMsg, error }) =>
      listener.devicesFailed({ microphoneWorks: errorMsg.audioOk === true, words: error.msg }),
    )
    .on('participant-joined', tellOthers)
    .on('participant-left', tellOthers)
    .on('participant-updated', ({ participant }) => tellMedia(participant))
    .on('network-connection', ({ event }) => listener.connection(event !== 'interrupted'));
}

/** Removes the frame first: `destroy` would wait forever for a room that never answers `leave`. */
async function remove(call: DailyCall): Promise<void> {
  call.iframe()?.remove();
  await call.destroy();
}

/**
 * Calls with daily-js in frame mode: the room's page in an iframe inside `container`. daily-js sends some errors, with
 * the address of the room, to Daily; `connect-src 'self'` blocks that, which the console shows.
 */
export function dailyCalls(container: HTMLElement): OpenCall {
  return (room, devices, listener): CallPort => {
    // Without it daily-js sets inline styles; ours are in the style sheet.
    const call = Daily.createFrame(container, {
      iframeStyle: {},
      // A camera that failed here would fail in the room too.
      startVideoOff: devices.camera === undefined,
    });
    const frame = call.iframe();
    // daily-js sets no title, and a screen reader needs one.
    if (frame) frame.title = 'Video conversation';
    listen(call, devices, listener);
    // The 'error' event reports failures too. An unreachable room takes 75 s, so the caller has a timer.
    void call.join({ url: room.url, ...defined({ token: room.meetingToken }) }).catch(() => undefined);
    return {
      recording: call,
      setMicrophone: (on) => void call.setLocalAudio(on),
      setCamera: (on) => void call.setLocalVideo(on),
      async leave() {
        const patience = new Promise<void>((resolve) => setTimeout(resolve, LEAVE_MS));
        await Promise.race([call.leave(), patience]);
        await remove(call);
      },
    };
  };
}
