import { SAMPLES_PER_MS } from './format';

/** What the player tells about a customer's turn. `ms` is how much of it has really sounded. */
export type PlayerEvent =
  | { type: 'first'; turn: number }
  | { type: 'played'; turn: number; ms: number; final: boolean }
  | { type: 'underrun'; turn: number };

interface Chunk {
  turn: number;
  samples: Float32Array;
}

const PREBUFFER = 60 * SAMPLES_PER_MS;
const REPORT_EVERY = 100 * SAMPLES_PER_MS;
const FADE = 5 * SAMPLES_PER_MS;

/**
 * The jitter buffer of the customer's voice. It waits for 60 ms of a turn before it starts, plays frames in order,
 * waits again after running dry, and on `flush` fades out within 5 ms and forgets the rest. A flushed turn goes on where
 * it stopped if the server sends more of it: the trainee only said "mhm".
 */
export class JitterBuffer {
  private queue: Chunk[] = [];
  private offset = 0;
  private buffered = 0;
  private waiting = true;
  private turn: number | null = null;
  private played = 0;
  private reported = 0;
  private flushedUpTo = -1;
  private complete = new Set<number>();
  private heard = new Map<number, number>();

  constructor(private readonly emit: (event: PlayerEvent) => void) {}

  get playing(): boolean {
    return !this.waiting;
  }

  push(turn: number, samples: Float32Array): void {
    if (turn < this.flushedUpTo) return;
    this.queue.push({ turn, samples });
    this.buffered += samples.length;
  }

  /** All audio of the turn has been pushed: what is left plays without waiting for more. */
  end(turn: number): void {
    this.complete.add(turn);
    if (turn === this.turn && !this.queue.some((chunk) => chunk.turn === turn)) this.finish();
  }

  /** Stops at once; the report says how much was heard, the fade included. */
  flush(turn: number): Float32Array {
    const fade = this.fadeOut();
    this.flushedUpTo = Math.max(this.flushedUpTo, turn, ...this.queue.map((chunk) => chunk.turn));
    this.queue = [];
    this.offset = 0;
    this.buffered = 0;
    this.waiting = true;
    if (this.turn !== null) this.heard.set(this.turn, this.ms());
    this.emit({ type: 'played', turn, ms: this.heard.get(turn) ?? 0, final: true });
    this.complete.delete(turn);
    this.turn = null;
    this.played = 0;
    return fade;
  }

  /** Fills `out` with the next samples, and with silence where there are none. */
  pull(out: Float32Array): void {
    out.fill(0);
    if (this.waiting && !this.ready()) return;
    this.waiting = false;
    let filled = 0;
    while (filled < out.length && !this.waiting) filled += this.take(out, filled);
  }

  private ready(): boolean {
    const head = this.queue[0];
    if (!head) return false;
    return this.buffered >= PREBUFFER || this.complete.has(head.turn);
  }

  private take(out: Float32Array, at: number): number {
    const head = this.queue[0];
    if (!head) {
      this.runDry();
      return 0;
    }
    this.enter(head.turn);
    const count = Math.min(out.length - at, head.samples.length - this.offset);
    out.set(head.samples.subarray(this.offset, this.offset + count), at);
    this.advance(head, count);
    return count;
  }

  private advance(head: Chunk, count: number): void {
    this.offset += count;
    this.buffered -= count;
    this.played += count;
    if (this.offset === head.samples.length) {
      this.queue.shift();
      this.offset = 0;
    }
    if (this.played - this.reported >= REPORT_EVERY) this.report(false);
    if (this.complete.has(head.turn) && this.queue[0]?.turn !== head.turn) this.finish();
  }

  private enter(turn: number): void {
    if (turn === this.turn) return;
    if (this.turn !== null) this.finish();
    this.waiting = false;
    this.turn = turn;
    this.played = (this.heard.get(turn) ?? 0) * SAMPLES_PER_MS;
    this.reported = this.played;
    if (!this.heard.has(turn)) this.emit({ type: 'first', turn });
  }

  private finish(): void {
    this.report(true);
    if (this.turn !== null) this.complete.delete(this.turn);
    this.turn = null;
    this.played = 0;
    this.waiting = true;
  }

  private runDry(): void {
    this.waiting = true;
    if (this.turn !== null) this.emit({ type: 'underrun', turn: this.turn });
  }

  private report(final: boolean): void {
    if (this.turn === null) return;
    this.reported = this.played;
    this.heard.set(this.turn, this.ms());
    this.emit({ type: 'played', turn: this.turn, ms: this.ms(), final });
  }

  private ms(): number {
    return Math.round(this.played / SAMPLES_PER_MS);
  }

  private fadeOut(): Float32Array {
    const fade = new Float32Array(FADE);
    if (this.waiting) return fade.subarray(0, 0);
    let filled = 0;
    for (const chunk of this.queue) {
      const from = filled === 0 ? this.offset : 0;
      const part = chunk.samples.subarray(from, from + FADE - filled);
      fade.set(part, filled);
      filled += part.length;
      if (filled >= FADE) break;
    }
    this.played += filled;
    return fade.map((sample, i) => sample * (1 - i / FADE));
  }
}
