import {
  BufferSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { CLIP } from './media';

const films = new Map<number, Promise<Uint8Array>>();

/** A video of any duration in a few thousand bytes: two frames, each for half of it. */
export function film(seconds: number): Promise<Uint8Array> {
  const known = films.get(seconds);
  if (known !== undefined) return known;
  const made = make(seconds);
  films.set(seconds, made);
  return made;
}

async function make(seconds: number): Promise<Uint8Array> {
  const input = new Input({ formats: [MP4], source: new BufferSource(CLIP) });
  const video = await input.getPrimaryVideoTrack();
  const picture = video === null ? null : await new EncodedPacketSink(video).getFirstPacket();
  const decoderConfig = (await video?.getDecoderConfig()) ?? undefined;
  if (video === null || video.codec === null || picture === null || decoderConfig === undefined)
    throw new Error('The clip has no picture.');
  const pictures = new EncodedVideoPacketSource(video.codec);
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  output.addVideoTrack(pictures);
  await output.start();
  const duration = seconds / 2;
  for (const timestamp of [0, duration]) {
    await pictures.add(picture.clone({ timestamp, duration }), { decoderConfig });
  }
  await output.finalize();
  if (target.buffer === null) throw new Error('No film was made.');
  return new Uint8Array(target.buffer);
}
