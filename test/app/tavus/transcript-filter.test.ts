import { TranscriptFilter } from '../../../app/tavus/transcript-filter';
import { Random } from '../random';

/** JSON after the filter, which gets it in chunks of a length. */
function filtered(json: string, pieceBytes: number): unknown {
  const bytes = Buffer.from(json);
  const filter = new TranscriptFilter();
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    pieces.push(filter.push(bytes.subarray(at, at + pieceBytes)));
  }
  return JSON.parse(Buffer.concat(pieces).toString('utf8'));
}

/** The same with a parser that keeps everything in memory. */
const expected = (json: string): unknown =>
  JSON.parse(json, (key, value: unknown) => (key === 'transcript' ? null : value));

/** JSON with `transcript` as key, as value and within other words, at any depth. */
function anyJson(random: Random, depth = 4): unknown {
  const keys = ['transcript', 'transcripts', 'a"transcript', 'x', 'transcript\\'];
  const one = (): unknown => anyJson(random, depth - 1);
  if (depth === 0 || random.chance(0.3))
    return random.pick(['transcript', ':', ' ', '"', 'é]', 1, true, null]);
  if (random.chance(0.4)) return Array.from({ length: random.below(4) }, one);
  return Object.fromEntries(Array.from({ length: random.below(5) }, () => [random.pick(keys), one()]));
}

test.each([1, 2, 3, 7, 1000])('replaces each transcript by null, in chunks of %i bytes', (pieceBytes) => {
  const random = new Random(pieceBytes);
  for (let count = 0; count < 2000; count += 1) {
    const json = JSON.stringify({ events: anyJson(random) }, undefined, random.below(3));
    expect(filtered(json, pieceBytes)).toEqual(expected(json));
  }
});

test('keeps no part of a transcript in memory', () => {
  const filter = new TranscriptFilter();
  const speech = 'what was said '.repeat(1000);
  const json = JSON.stringify({ a: 1, transcript: [{ role: 'user', content: speech }], b: 2 });
  const kept = filter.push(Buffer.from(json)).toString('utf8');
  expect(kept).toBe('{"a":1,"transcript":null,"b":2}');
});
