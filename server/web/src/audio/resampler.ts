/** Brings a stream of samples from one rate to a lower one with a windowed-sinc filter, block after block. */
export class Resampler {
  private readonly step: number;
  private readonly cutoff: number;
  private readonly reach: number;
  private history: Float32Array;
  private position: number;

  /** `from` and `to` in Hz, `to` at most `from`; `zeroCrossings` sets the steepness and so the delay. */
  constructor(from: number, to: number, zeroCrossings = 12) {
    if (to > from) throw new RangeError(`cannot raise the rate from ${from} to ${to}`);
    this.step = from / to;
    this.cutoff = (0.46 * to) / from;
    this.reach = Math.ceil(zeroCrossings * this.step);
    this.history = new Float32Array(this.reach);
    this.position = this.reach;
  }

  /** The samples at the new rate that this block completes. */
  push(block: Float32Array): Float32Array {
    const input = new Float32Array(this.history.length + block.length);
    input.set(this.history);
    input.set(block, this.history.length);
    const out: number[] = [];
    while (this.position + this.reach < input.length) {
      out.push(this.at(input, this.position));
      this.position += this.step;
    }
    const drop = Math.max(0, Math.floor(this.position) - this.reach);
    this.history = input.slice(drop);
    this.position -= drop;
    return Float32Array.from(out);
  }

  private at(input: Float32Array, centre: number): number {
    const first = Math.ceil(centre - this.reach);
    const last = Math.floor(centre + this.reach);
    let sum = 0;
    for (let i = first; i <= last; i++) sum += (input[i] ?? 0) * this.tap(i - centre);
    return sum;
  }

  private tap(distance: number): number {
    const x = 2 * this.cutoff * distance;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    const hann = 0.5 + 0.5 * Math.cos((Math.PI * distance) / this.reach);
    return 2 * this.cutoff * sinc * hann;
  }
}
