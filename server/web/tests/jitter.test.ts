import { describe, expect, it } from 'vitest';

import { FRAME_SAMPLES } from '../src/audio/format';
import { JitterBuffer, type PlayerEvent } from '../src/audio/jitter';

const BLOCK = 128;

function setup() {
  const events: PlayerEvent[] = [];
  const buffer = new JitterBuffer((event) => events.push(event));
  const pushed = (turn: number, count: number, value = 0.5): void => {
    for (let i = 0; i < count; i++) buffer.push(turn, new Float32Array(FRAME_SAMPLES).fill(value));
  };
  const pulled = (ms: number): number[] => {
    const out: number[] = [];
    for (let i = 0; i < Math.ceil((ms * 16) / BLOCK); i++) {
      const block = new Float32Array(BLOCK);
      buffer.pull(block);
      out.push(...block);
    }
    return out;
  };
  return { events, buffer, pushed, pulled };
}

const finals = (events: PlayerEvent[]) => events.filter((event) => event.type === 'played' && event.final);

describe('JitterBuffer', () => {
  it('waits for 60 ms before it starts', () => {
    const { events, pushed, pulled } = setup();
    pushed(1, 2);
    expect(pulled(40).every((sample) => sample === 0)).toBe(true);
    pushed(1, 1);
    expect(pulled(8).every((sample) => sample === 0.5)).toBe(true);
    expect(events).toContainEqual({ type: 'first', turn: 1 });
  });

  it('plays a turn shorter than the prebuffer once it is known to be complete', () => {
    const { events, buffer, pushed, pulled } = setup();
    pushed(1, 2);
    buffer.end(1);
    pulled(60);
    expect(finals(events)).toEqual([{ type: 'played', turn: 1, ms: 40, final: true }]);
  });

  it('plays every sample in order and reports every 100 ms', () => {
    const { events, buffer, pulled } = setup();
    const sent: number[] = [];
    for (let n = 0; n < 20; n++) {
      const frame = Float32Array.from({ length: FRAME_SAMPLES }, (_, i) => (n * FRAME_SAMPLES + i + 1) / 10_000);
      sent.push(...frame);
      buffer.push(3, frame);
    }
    buffer.end(3);
    expect(pulled(500).filter((sample) => sample !== 0)).toEqual(sent);
    const reports = events.filter((event) => event.type === 'played').map((event) => event.ms);
    expect(reports.at(-1)).toBe(400);
    expect(reports.length).toBeGreaterThanOrEqual(4);
    expect(events.filter((event) => event.type === 'underrun')).toEqual([]);
  });

  it('counts running dry in the middle of a turn, and fills up again before it goes on', () => {
    const { events, pushed, pulled } = setup();
    pushed(1, 3);
    pulled(100);
    expect(events.filter((event) => event.type === 'underrun')).toHaveLength(1);
    pushed(1, 1);
    expect(pulled(40).every((sample) => sample === 0)).toBe(true);
    pushed(1, 2);
    expect(pulled(8).some((sample) => sample !== 0)).toBe(true);
  });

  it('does not count the silence between two turns', () => {
    const { events, buffer, pushed, pulled } = setup();
    pushed(1, 5);
    buffer.end(1);
    pulled(300);
    pushed(3, 5);
    buffer.end(3);
    pulled(300);
    expect(events.filter((event) => event.type === 'underrun')).toEqual([]);
    expect(finals(events).map((event) => event.turn)).toEqual([1, 3]);
  });

  it('stops at once on flush, fades within 5 ms and reports what was heard', () => {
    const { events, buffer, pushed, pulled } = setup();
    pushed(1, 20);
    pulled(80);
    const fade = buffer.flush(1);
    expect(fade.length).toBe(80);
    expect(fade[0]).toBeCloseTo(0.5, 2);
    expect(fade.at(-1)).toBeLessThan(0.02);
    expect(finals(events)).toEqual([{ type: 'played', turn: 1, ms: 85, final: true }]);
    expect(pulled(100).every((sample) => sample === 0)).toBe(true);
  });

  it('goes on with a flushed turn where it stopped when more of it comes', () => {
    const { events, buffer, pushed, pulled } = setup();
    pushed(1, 5);
    pulled(40);
    buffer.flush(1);
    pushed(1, 10, 0.25);
    buffer.end(1);
    expect(pulled(200).some((sample) => sample === 0.25)).toBe(true);
    expect(finals(events)).toEqual([
      { type: 'played', turn: 1, ms: 45, final: true },
      { type: 'played', turn: 1, ms: 245, final: true },
    ]);
    expect(events.filter((event) => event.type === 'first')).toHaveLength(1);
  });

  it('drops frames of turns before a flushed one', () => {
    const { buffer, pushed, pulled } = setup();
    pushed(2, 5);
    pulled(40);
    buffer.flush(2);
    pushed(1, 10);
    expect(pulled(100).every((sample) => sample === 0)).toBe(true);
    pushed(3, 5, 0.25);
    expect(pulled(60).some((sample) => sample === 0.25)).toBe(true);
  });

  it('says again how much was heard when a finished turn is flushed', () => {
    const { events, buffer, pushed, pulled } = setup();
    pushed(1, 5);
    buffer.end(1);
    pulled(200);
    expect(buffer.flush(1).length).toBe(0);
    expect(finals(events).at(-1)).toEqual({ type: 'played', turn: 1, ms: 100, final: true });
  });

  it('reports nothing heard when a turn is flushed before it began', () => {
    const { events, buffer, pushed } = setup();
    pushed(1, 1);
    buffer.flush(1);
    expect(finals(events)).toEqual([{ type: 'played', turn: 1, ms: 0, final: true }]);
  });
});
