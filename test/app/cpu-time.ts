/** Calls are measured in groups of this duration, so that the clock's resolution and outliers have little effect. */
const LEAST_MS = 50;
const ROUNDS = 5;

const KB = 1024;
/** Length of the measured texts, in characters. */
export const SIZES = [16 * KB, 64 * KB, 256 * KB, 1024 * KB] as const;

/** Reads a text; a promise is awaited. */
export type ReadText = (text: string) => unknown;

/** CPU time of this process, not wall-clock time: other processes do not count. */
async function cpuMs(read: ReadText, text: string, calls: number): Promise<number> {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) {
    const result = read(text);
    if (result instanceof Promise) await result;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** How many calls take at least so many milliseconds, and how long they took. */
async function calibrate(
  read: ReadText,
  text: string,
  leastMs: number,
): Promise<[calls: number, ms: number]> {
  for (let calls = 1; ;) {
    const ms = await cpuMs(read, text, calls);
    if (ms >= leastMs) return [calls, ms];
    calls = Math.max(calls * 2, Math.ceil((calls * leastMs * 1.1) / Math.max(ms, 1)));
  }
}

/** CPU milliseconds of one call: the median of five measurements. */
export async function cpuMsOfCall(read: ReadText, text: string): Promise<number> {
  const [calls] = await calibrate(read, text, LEAST_MS);
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await cpuMs(read, text, calls));
  rounds.sort((a, b) => a - b);
  return (rounds[Math.floor(ROUNDS / 2)] ?? Number.NaN) / calls;
}

/** The slowest of several texts, by a quick measurement. */
export async function slowest(read: ReadText, texts: readonly string[]): Promise<number> {
  const times: number[] = [];
  for (const text of texts) {
    const [calls, ms] = await calibrate(read, text, LEAST_MS / 10);
    times.push(ms / calls);
  }
  return times.indexOf(Math.max(...times));
}
