import { CustomSource, EncodedPacketSink, Input, MP4, QTFF } from 'mediabunny';
import { defined } from '../../contract/defined';
import type { Flaw } from '../ledger/facts';
import { isCutOff } from './mp4-boxes';
import { RangedBytes, type ReadLimits } from './ranged-bytes';

/** Result of inspecting a file's content. */
export type Inspection =
  | {
      readonly kind: 'playable';
      /** Undefined when measuring would take too many requests. */
      readonly durationSec?: number;
      readonly hasVideo: boolean;
      readonly hasAudio: boolean;
    }
  | { readonly kind: 'not-playable'; readonly why: Flaw }
  | { readonly kind: 'partial'; readonly why: Flaw };

export interface InspectedFile {
  readonly bytes: number;
  /** Bytes from `from` (inclusive) to `to` (exclusive). */
  readonly read: (from: number, to: number) => Promise<Uint8Array>;
}

/**
 * The index of three hours takes about 6 MB. A fragmented file has an index per fragment and is only read up to these
 * limits.
 */
const LIMITS: ReadLimits = { requests: 400, bytes: 64 * 1024 * 1024 };

/**
 * Inspects an MP4 file by reading parts of it: container, tracks, duration, and whether its end exists. Rejects when a part
 * cannot be read. Import this file lazily, because it loads the MP4 library.
 */
export async function inspect({ bytes, read }: InspectedFile, limits = LIMITS): Promise<Inspection> {
  if (bytes === 0) return { kind: 'not-playable', why: 'empty' };
  const file = new RangedBytes(bytes, read, limits);
  const input = new Input({
    formats: [MP4, QTFF],
    source: new CustomSource({
      getSize: () => bytes,
      read: async (from, to) => file.read(from, to),
      handleUnhandledError: () => undefined,
    }),
  });
  try {
    const found = await inspectInput(input, file).catch((error: unknown) => {
      // The library has no specific error for files that it cannot read.
      if (error instanceof Error) return { kind: 'not-playable', why: 'no-media' } as const;
      throw error;
    });
    file.checkAllRead();
    return found;
  } finally {
    input.dispose();
  }
}

async function inspectInput(input: Input, file: RangedBytes): Promise<Inspection> {
  if (!(await input.canRead())) return { kind: 'not-playable', why: 'no-media' };
  if (await isCutOff(file)) return { kind: 'partial', why: 'cut-off' };
  const tracks = await input.getTracks();
  const hasVideo = tracks.some((track) => track.isVideoTrack());
  const hasAudio = tracks.some((track) => track.isAudioTrack());
  if (!hasVideo && !hasAudio) return { kind: 'not-playable', why: 'no-track' };
  const end = await endOf(input, file);
  if (end === 'missing') return { kind: 'partial', why: 'cut-off' };
  if (end === 'none') return { kind: 'not-playable', why: 'no-track' };
  return { kind: 'playable', ...defined({ durationSec: end }), hasVideo, hasAudio };
}

/** End of the last sample; undefined when finding it exceeds the limits. */
async function endOf(input: Input, file: RangedBytes): Promise<number | 'missing' | 'none' | undefined> {
  try {
    let endSec = 0;
    for (const track of await input.getTracks()) {
      const sink = new EncodedPacketSink(track);
      const listed = await sink.getPacket(Infinity, { metadataOnly: true });
      if (listed === null) continue;
      // An index at the front lists samples that are missing when the file is cut off.
      if ((await sink.getPacket(Infinity)) === null) return 'missing';
      endSec = Math.max(endSec, listed.timestamp + listed.duration);
    }
    return endSec === 0 ? 'none' : Math.round(endSec * 1000) / 1000;
  } catch (error) {
    if (file.isExhausted()) return undefined;
    throw error;
  }
}
