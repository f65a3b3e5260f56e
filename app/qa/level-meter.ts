/** Times a second the meter moves: enough to follow speech, and little work. */
const HZ = 12;
/** Speech at arm's length reaches a root mean square of about this; it fills the meter. */
const LOUD = 0.15;
/** What is left of a level at the next look: a meter that falls slowly can be read. */
const FALL = 0.8;

/**
 * Shows how loud the microphone of `stream` is on the bars inside `meter`; returns what stops it. Not part of the page's
 * state: it changes many times a second and decides nothing.
 * @throws where the browser has no AudioContext to give
 */
export function startLevelMeter(stream: MediaStream, meter: HTMLElement): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  // As many samples as fit between two looks, so that no short sound is missed.
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
