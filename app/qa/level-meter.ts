/** Updates per second: enough to follow speech. */
const HZ = 12;
/** Root mean square of speech at arm's length, which fills the meter. */
const LOUD = 0.15;
/** Part of the level that stays at the next update: a slow decay is readable. */
const FALL = 0.8;

/**
 * Shows the microphone level of `stream` on the bars inside `meter`. Not part of the page state, because it changes
 * many times a second.
 * @returns a function that stops it
 * @throws without an AudioContext
 */
export function startLevelMeter(stream: MediaStream, meter: HTMLElement): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  // Enough samples to cover the time between two updates.
  analyser.fftSize = 4096;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const bars = [...meter.children];
  let level = 0;

  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const rms = Math.hypot(...samples) / Math.sqrt(samples.length);
    level = Math.max(Math.min(1, rms / LOUD), level * FALL);
    for (const [index, bar] of bars.entries()) bar.classList.toggle('on', level * bars.length > index + 0.2);
    meter.setAttribute('aria-valuenow', String(Math.round(level * 100)));
  }, 1_000 / HZ);

  return () => {
    clearInterval(timer);
    for (const bar of bars) bar.classList.remove('on');
    void context.close();
  };
}
