import { readFile } from 'node:fs/promises';
import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  Mp4OutputFormat,
  Output,
  type EncodedPacket,
} from 'mediabunny';
import { defined } from '../../../contract/defined';
import { CLIP_FILE } from '../../../local/tavus/recording-bytes';

/** Duration of the recorded scene, and number of repetitions. */
const CLIP_SEC = 4.2;
const TIMES = 16;

/** More than a browser fetches ahead, so that a seek needs another request. */
const FILLER_BYTES = 12_000;

/** A NAL unit of type 12 after its length: a decoder ignores it (ITU-T H.264, 7.4.2.7). */
function filler(): Uint8Array {
  const unit = Buffer.alloc(4 + FILLER_BYTES, 0xff);
  unit.writeUInt32BE(FILLER_BYTES);
  unit[4] = 12;
  unit[unit.length - 1] = 0x80;
  return unit;
}

const moved = (packet: EncodedPacket, round: number): EncodedPacket =>
  packet.clone({ timestamp: packet.timestamp + round * CLIP_SEC });

/** The simulator's recorded scene, repeated: 67 s and 19 MB, with its index in front, as a completed recording has it. */
export async function longClip(): Promise<Uint8Array> {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(await readFile(CLIP_FILE)) });
  const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
  if (video === null || audio === null) throw new Error('The clip has no picture or no sound.');
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const pictures = new EncodedVideoPacketSource('avc');
  const sounds = new EncodedAudioPacketSource('opus');
  output.addVideoTrack(pictures);
  output.addAudioTrack(sounds);
  await output.start();
  const [pictureConfig, soundConfig] = [await video.getDecoderConfig(), await audio.getDecoderConfig()];
  for (let round = 0; round < TIMES; round += 1) {
    for await (const packet of new EncodedPacketSink(video).packets()) {
      const data = Buffer.concat([packet.data, filler()]);
      await pictures.add(
        moved(packet, round).clone({ data }),
        defined({ decoderConfig: pictureConfig ?? undefined }),
      );
    }
    for await (const packet of new EncodedPacketSink(audio).packets()) {
      if (packet.timestamp + packet.duration > CLIP_SEC) continue;
      await sounds.add(moved(packet, round), defined({ decoderConfig: soundConfig ?? undefined }));
    }
  }
  await output.finalize();
  if (target.buffer === null) throw new Error('No clip was made.');
  return new Uint8Array(target.buffer);
}
