import { describe, expect, it } from 'vitest';

import { happenings, leftOf, plotsOf, topOf, weakRuns, widthOf } from '../src/measures/plots';
import type { Band, Measures, Stretch, Timing } from '../src/measures/types';

const band = (low: number, high: number): Band => ({ low, high, lowest: low, highest: high, source: '' });
const stretch = (start_ms: number, fields: Partial<Stretch> = {}): Stretch => ({
  turn: 0, start_ms, end_ms: start_ms + 3000, speech_ms: 3000, level_dbfs: -24, pitch_sd_st: 2.5, rate: 4.2, confidence: 0.8, ...fields,
});
const timing: Timing = {
  source: 'recording', duration_ms: 60_000, agent: [], customer: [], agent_share: null, response_ms: null, response_p95_ms: null,
  talk_overs: [
    { start_ms: 9000, end_ms: 9500, by: 'customer', signal: false },
    { start_ms: 2000, end_ms: 2600, by: 'agent', signal: false },
    { start_ms: 5000, end_ms: 5400, by: 'agent', signal: true },
  ],
  dead_air: [{ start_ms: 4000, end_ms: 8000 }], dead_air_ms: 4000, longest_monologue: null, holds: [], hold_ms: 0, asked_again: [],
};
const measures = (stretches: Stretch[]): Measures => ({
  call_id: 'c',
  voice: {
    problem: null, truncated: false, speech_ms: 0, level_dbfs: -24, headset_dbfs: -22, gain_control: false, pitch_sd_st: 2.5,
    articulation_rate: 4.2, speaking_rate: 4, pauses: [], confidence: 0.8, stretches,
  },
  bands: { volume: band(-6, 7), intonation: band(1.8, 5.5), speed: band(3.4, 5.1), articulation: band(0, 1), recognition: band(0.7, 1) },
  reference_dbfs: -22,
  weak: [{ criterion: 'speed', why: 'too_fast', turn: 0, start_ms: 4000, end_ms: 7000 }],
  timing,
  language: {
    words: 0, sentences: 0, words_per_sentence: null, longest_sentence: null, longest_words: 0, long_sentences: 0, formal: 0, informal: 0,
    fillers: 0, fillers_per_minute: null, remarks: [], unclear_turns: 0,
  },
});

describe('plots', () => {
  it('shows the level against the reference, and the weak stretch where it is', () => {
    const [volume, , speed] = plotsOf(measures([stretch(0), stretch(4000, { rate: 7 })]));
    expect(volume?.points.map((point) => point.value)).toEqual([-2, -2]);
    expect(speed?.points.map((point) => point.why)).toEqual([null, 'too_fast']);
  });

  it('leaves out what was not measured', () => {
    const plots = plotsOf(measures([stretch(0, { confidence: null, pitch_sd_st: null })]));
    expect(plots.map((plot) => plot.criterion)).toEqual(['volume', 'speed']);
    expect(plotsOf(measures([]))).toEqual([]);
  });

  it('keeps every value and the whole band within the picture', () => {
    for (const plot of plotsOf(measures([stretch(0, { rate: 12 }), stretch(4000, { level_dbfs: -60 })]))) {
      for (const { value } of plot.points) {
        expect(topOf(plot, value)).toBeGreaterThan(0);
        expect(topOf(plot, value)).toBeLessThan(100);
      }
      expect(topOf(plot, plot.band?.high ?? 0)).toBeLessThan(topOf(plot, plot.band?.low ?? 0));
    }
  });
});

describe('the time axis', () => {
  it('stays within its ends', () => {
    expect(leftOf(-5, 1000)).toBe(0);
    expect(leftOf(500, 1000)).toBe(50);
    expect(leftOf(2000, 1000)).toBe(100);
    expect(leftOf(5, 0)).toBe(0);
    expect(widthOf({ start_ms: 0, end_ms: 1 }, 1_000_000)).toBeGreaterThan(0);
  });

  it('tells what happened in order, signs of listening left out', () => {
    expect(happenings(timing).map((item) => item.kind)).toEqual(['cut_by_agent', 'dead_air', 'cut_by_customer']);
  });
});

describe('weak stretches', () => {
  const weak = (start_ms: number, why: string, turn = 0) => ({ criterion: 'speed' as const, why, turn, start_ms, end_ms: start_ms + 2000 });

  it('become one where they follow each other with the same fault in one turn', () => {
    const runs = weakRuns([weak(0, 'too_fast'), weak(2500, 'too_fast'), weak(5000, 'too_slow'), weak(20_000, 'too_slow'), weak(22_000, 'too_slow', 2)]);
    expect(runs.map((run) => [run.start_ms, run.end_ms])).toEqual([[0, 4500], [5000, 7000], [20_000, 22_000], [22_000, 24_000]]);
  });
});
