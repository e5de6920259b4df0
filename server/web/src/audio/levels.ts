/** Levels in dBFS RMS on 20 ms frames: 0 is full scale, `SILENCE_DBFS` stands for digital silence. */
export const SILENCE_DBFS = -100;
const SPEECH_ABOVE_NOISE_DB = 10;
const SOFTEST_SPEECH_DBFS = -60;

/** RMS level of one frame of samples (-1 to 1), never below `SILENCE_DBFS`. */
export function frameDbfs(samples: Float32Array): number {
  if (samples.length === 0) return SILENCE_DBFS;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.max(SILENCE_DBFS, 10 * Math.log10(sum / samples.length));
}

/** The noise floor of a quiet stretch: the median of its frames, so that one cough does not count. */
export function noiseFloor(frames: readonly number[]): number {
  if (frames.length === 0) return SILENCE_DBFS;
  const sorted = [...frames].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? SILENCE_DBFS;
}

/** The speaking level: mean energy of the frames at least 10 dB above the noise. Null where there is no speech. */
export function speechLevel(frames: readonly number[], noise: number): number | null {
  const floor = Math.max(noise + SPEECH_ABOVE_NOISE_DB, SOFTEST_SPEECH_DBFS);
  const loud = frames.filter((level) => level >= floor);
  if (loud.length < 25) return null;
  const energy = loud.reduce((sum, level) => sum + 10 ** (level / 10), 0) / loud.length;
  return 10 * Math.log10(energy);
}

export type NoiseVerdict = 'good' | 'loud' | 'silent';
export type SpeechVerdict = 'good' | 'soft' | 'loud' | 'lost';

/** Bands for advice on screen only; scoring uses the figures themselves. `loudest` is the loudest frame since the
 * microphone opened: a headset that gates its noise is digitally silent too, but has let something through before. */
export function judgeNoise(noise: number, loudest: number): NoiseVerdict {
  if (loudest <= SILENCE_DBFS + 1) return 'silent';
  return noise > -42 ? 'loud' : 'good';
}

export function judgeSpeech(level: number | null, noise: number): SpeechVerdict {
  if (level === null || level - noise < 15) return 'lost';
  if (level < -42) return 'soft';
  return level > -9 ? 'loud' : 'good';
}

/** Where a level stands on a meter from -70 (0) to 0 dBFS (1). */
export function meterPosition(level: number): number {
  return Math.max(0, Math.min(1, (level + 70) / 70));
}
