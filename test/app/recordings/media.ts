import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
  type EncodedPacket,
  type InputTrack,
} from 'mediabunny';

/** The simulator's scene: 4.2 s with video and audio, in one fragment. */
export const CLIP: Uint8Array = readFileSync(path.join(__dirname, '../../../local/tavus/clip.mp4'));
export const CLIP_SEC = 4.2;

/** Position of an MP4 file's index: before the media, after the media, or one per fragment. */
export type IndexPosition = 'back' | 'fragments' | 'front';

const FAST_START = { front: 'in-memory', back: false, fragments: 'fragmented' } as const;

async function packetsOf(track: InputTrack): Promise<readonly EncodedPacket[]> {
  const packets: EncodedPacket[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
  return packets;
}

/** The scene, repeated, as one MP4 file. */
export async function movie(times: number, index: IndexPosition): Promise<Uint8Array> {
  const input = new Input({ formats: [MP4], source: new BufferSource(CLIP) });
  const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
  if (!video?.codec || !audio?.codec) throw new Error('The clip has lost a track.');
  const [pictures, sound] = [
    new EncodedVideoPacketSource(video.codec),
    new EncodedAudioPacketSource(audio.codec),
  ];
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: FAST_START[index] }), target });
  output.addVideoTrack(pictures);
  output.addAudioTrack(sound);
  await output.start();
  const [videoConfig, audioConfig] = [await video.getDecoderConfig(), await audio.getDecoderConfig()];
  if (videoConfig === null || audioConfig === null) throw new Error('The clip cannot be decoded.');
  const [videoPackets, audioPackets] = [await packetsOf(video), await packetsOf(audio)];
  for (let n = 0; n < times; n += 1) {
    const later = (packet: EncodedPacket): EncodedPacket =>
      packet.clone({ timestamp: Math.max(0, packet.timestamp) + n * CLIP_SEC });
    // Together: a writer of fragments waits for both.
    await Promise.all([
      (async () => {
        for (const one of videoPackets) await pictures.add(later(one), { decoderConfig: videoConfig });
      })(),
      (async () => {
        for (const one of audioPackets) await sound.add(later(one), { decoderConfig: audioConfig });
      })(),
    ]);
  }
  pictures.close();
  sound.close();
  await output.finalize();
  if (target.buffer === null) throw new Error('No movie was made.');
  return new Uint8Array(target.buffer);
}
