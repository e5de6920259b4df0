/** Belgian telephone tones: 425 Hz; ringing 1 s on and 3 s off, busy 0.5 s on and 0.5 s off, dial tone continuous. */
const TONE_HZ = 425;
const LEVEL = 0.08;
const EDGE_S = 0.02;

export type Tone = 'ring' | 'ringback' | 'busy';

interface Burst {
  at: number;
  length: number;
}

/** When a tone sounds, in seconds from now. Ringback starts with a second of dial tone. */
export function bursts(tone: Tone, cycles: number): Burst[] {
  if (tone === 'busy') return Array.from({ length: Math.min(cycles, 3) }, (_, i) => ({ at: i, length: 0.5 }));
  const ringing = Array.from({ length: cycles }, (_, i) => ({ at: i * 4, length: 1 }));
  if (tone === 'ring') return ringing;
  return [{ at: 0, length: 0.8 }, ...ringing.map(({ at, length }) => ({ at: at + 1.2, length }))];
}

/** Starts a tone on the context; the answer stops it. A ringing phone warbles, the tones in the line do not. */
export function playTone(context: AudioContext, tone: Tone): () => void {
  const oscillator = new OscillatorNode(context, { frequency: TONE_HZ });
  const gain = new GainNode(context, { gain: 0 });
  oscillator.connect(gain).connect(context.destination);
  if (tone === 'ring') warble(context, oscillator);
  const now = context.currentTime + 0.02;
  for (const { at, length } of bursts(tone, 30)) {
    gain.gain.setValueAtTime(0, now + at);
    gain.gain.linearRampToValueAtTime(LEVEL, now + at + EDGE_S);
    gain.gain.setValueAtTime(LEVEL, now + at + length - EDGE_S);
    gain.gain.linearRampToValueAtTime(0, now + at + length);
  }
  oscillator.start();
  return () => {
    oscillator.stop();
    gain.disconnect();
  };
}

function warble(context: AudioContext, oscillator: OscillatorNode): void {
  const lfo = new OscillatorNode(context, { frequency: 16, type: 'square' });
  const depth = new GainNode(context, { gain: 45 });
  lfo.connect(depth).connect(oscillator.frequency);
  lfo.start();
  oscillator.onended = () => lfo.stop();
}
