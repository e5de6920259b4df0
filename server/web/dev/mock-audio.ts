import type { Turn } from '../src/api/types';

const RATE = 16_000;

/** Something with the envelope of speech, so that waveforms and lights have something to show. */
export function murmur(ms: number, hz: number): Int16Array {
  const out = new Int16Array(Math.round((ms * RATE) / 1000));
  for (let i = 0; i < out.length; i++) {
    const t = i / RATE;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 2.1 * t)) ** 2 * (0.6 + 0.4 * Math.sin(2 * Math.PI * 0.37 * t));
    const voice = Math.sin(2 * Math.PI * hz * t) + 0.5 * Math.sin(4 * Math.PI * hz * t) + 0.3 * Math.sin(7.1 * Math.PI * hz * t);
    out[i] = Math.round(5500 * syllable * voice);
  }
  return out;
}

function wav(channels: number, samples: Int16Array): Buffer {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(RATE * channels * 2, 28);
  head.writeUInt16LE(channels * 2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

export const sampleWav = (): Buffer => wav(1, murmur(2500, 130));

/** The recording of a call: trainee left, customer right. */
export function callWav(turns: Turn[], ms: number): Buffer {
  const stereo = new Int16Array(Math.round((ms * RATE) / 1000) * 2);
  for (const turn of turns) {
    const channel = turn.speaker === 'agent' ? 0 : 1;
    const sound = murmur(turn.end_ms - turn.start_ms, channel ? 110 : 190);
    const from = Math.round((turn.start_ms * RATE) / 1000);
    sound.forEach((sample, i) => {
      const at = (from + i) * 2 + channel;
      if (at < stereo.length) stereo[at] = sample;
    });
  }
  return wav(2, stereo);
}
