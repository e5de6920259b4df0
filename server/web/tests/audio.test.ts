import { describe, expect, it } from 'vitest';

import { FRAME_BYTES, FRAME_SAMPLES, fromPcm, parseCustomerFrame, toPcm } from '../src/audio/format';
import { frameDbfs, judgeNoise, judgeSpeech, meterPosition, noiseFloor, SILENCE_DBFS, speechLevel } from '../src/audio/levels';
import { Resampler } from '../src/audio/resampler';
import { bursts } from '../src/audio/tones';

const sine = (hz: number, rate: number, count: number, level = 1): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => level * Math.sin((2 * Math.PI * hz * i) / rate));

describe('format', () => {
  it('makes frames of 640 bytes and brings them back', () => {
    const samples = sine(440, 16_000, FRAME_SAMPLES, 0.7);
    const bytes = toPcm(samples);
    expect(bytes.byteLength).toBe(FRAME_BYTES);
    fromPcm(bytes).forEach((sample, i) => expect(sample).toBeCloseTo(samples[i] ?? 0, 3));
  });

  it('clips what is louder than full scale', () => {
    const view = new DataView(toPcm(Float32Array.of(2, -2)));
    expect([view.getInt16(0, true), view.getInt16(2, true)]).toEqual([32767, -32768]);
  });

  it('reads the turn number in front of a frame, and refuses other sizes', () => {
    const bytes = new Uint8Array(4 + FRAME_BYTES);
    bytes.set([1, 2, 0, 0]);
    expect(parseCustomerFrame(bytes.buffer)?.turn).toBe(513);
    expect(parseCustomerFrame(bytes.buffer)?.samples.length).toBe(FRAME_SAMPLES);
    expect(parseCustomerFrame(new ArrayBuffer(10))).toBeNull();
  });
});

describe('levels', () => {
  it('measures dBFS RMS: a full-scale sine is -3 dB, silence has a floor', () => {
    expect(frameDbfs(sine(500, 16_000, FRAME_SAMPLES))).toBeCloseTo(-3.01, 1);
    expect(frameDbfs(new Float32Array(FRAME_SAMPLES))).toBe(SILENCE_DBFS);
  });

  it('takes the median as noise floor, so that a cough does not count', () => {
    expect(noiseFloor([...Array<number>(140).fill(-62), ...Array<number>(10).fill(-10)])).toBe(-62);
  });

  it('takes only frames well above the noise as speech', () => {
    const frames = [...Array<number>(100).fill(-62), ...Array<number>(100).fill(-22)];
    expect(speechLevel(frames, -62)).toBeCloseTo(-22, 5);
    expect(speechLevel(Array<number>(200).fill(-58), -62)).toBeNull();
    expect(speechLevel(Array<number>(200).fill(-80), SILENCE_DBFS)).toBeNull();
  });

  it('gives advice by bands', () => {
    expect(judgeNoise(-60, -20)).toBe('good');
    expect(judgeNoise(-30, -20)).toBe('loud');
    expect(judgeNoise(SILENCE_DBFS, SILENCE_DBFS)).toBe('silent');
    expect(judgeNoise(SILENCE_DBFS, -20)).toBe('good');
    expect(judgeSpeech(-22, -60)).toBe('good');
    expect(judgeSpeech(-45, -70)).toBe('soft');
    expect(judgeSpeech(-5, -60)).toBe('loud');
    expect(judgeSpeech(-30, -40)).toBe('lost');
    expect(judgeSpeech(null, -60)).toBe('lost');
  });

  it('keeps the meter inside its bar', () => {
    expect([meterPosition(-100), meterPosition(-35), meterPosition(3)]).toEqual([0, 0.5, 1]);
  });
});

describe('Resampler', () => {
  const through = (rate: number, input: Float32Array): Float32Array => {
    const resampler = new Resampler(rate, 16_000);
    const out: number[] = [];
    for (let at = 0; at < input.length; at += 128) out.push(...resampler.push(input.subarray(at, at + 128)));
    return Float32Array.from(out);
  };

  it.each([44_100, 48_000])('brings speech frequencies down from %i Hz unharmed', (rate) => {
    const out = through(rate, sine(1000, rate, rate, 0.5));
    expect(Math.abs(out.length - 16_000)).toBeLessThan(40);
    expect(frameDbfs(out.subarray(1000, 15_000))).toBeCloseTo(-9.03, 1);
  });

  it('keeps out what would fold back', () => {
    expect(frameDbfs(through(48_000, sine(12_000, 48_000, 48_000)).subarray(1000, 15_000))).toBeLessThan(-50);
  });

  it('cannot raise a rate', () => {
    expect(() => new Resampler(8000, 16_000)).toThrow(RangeError);
  });
});

describe('tones', () => {
  it('rings one second in four', () => {
    expect(bursts('ring', 3)).toEqual([{ at: 0, length: 1 }, { at: 4, length: 1 }, { at: 8, length: 1 }]);
  });

  it('lets a dial tone go before the ringback, and three short busy tones', () => {
    expect(bursts('ringback', 2)[0]).toEqual({ at: 0, length: 0.8 });
    expect(bursts('busy', 30)).toHaveLength(3);
  });
});
