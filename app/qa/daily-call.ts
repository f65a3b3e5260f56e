import Daily, { type DailyCall, type DailyParticipant } from '@daily-co/daily-js';
import { defined } from '../../contract/defined';
import type { CallListener, CallPort, DeviceLabels, OpenCall } from './ports';

/** A room that doesn't answer is left after this long. */
const LEAVE_MS = 3_000;

const isOn = (track: { readonly state: string } | undefined): boolean =>
  track !== undefined && track.state !== 'off' && track.state !== 'blocked';

/** Asks the room for the devices that were picked before the call. By label: an id holds for one origin only. */
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
      // The room's own choice of devices is good enough when it doesn't know ours.
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

/** Removes the frame before `destroy`: that would otherwise wait for ever for a room that never answers `leave`. */
async function remove(call: DailyCall): Promise<void> {
  call.iframe()?.remove();
  await call.destroy();
}

/**
 * Makes calls by daily-js in frame mode: the room's own page in an iframe inside `container`. daily-js reports some of its
 * errors, with the room's address, to its makers; the page's `connect-src 'self'` stops that, and the console says so.
 */
export function dailyCalls(container: HTMLElement): OpenCall {
  return (room, devices, listener): CallPort => {
    // An empty style keeps daily-js from writing its own; ours comes from the style sheet.
    const call = Daily.createFrame(container, {
      iframeStyle: {},
      // A camera that did not open here would trouble the room, too.
      startVideoOff: devices.camera === undefined,
    });
    const frame = call.iframe();
    // daily-js gives none, and a frame without a title means nothing to a screen reader.
    if (frame) frame.title = 'Video conversation';
    listen(call, devices, listener);
    // Also reported as an 'error' event; that a room cannot be reached only after 75 s, so the caller has a timer.
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
