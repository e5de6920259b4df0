import { JitterBuffer } from './jitter';

export type PlaybackCommand =
  | { type: 'frame'; turn: number; samples: Float32Array }
  | { type: 'end'; turn: number }
  | { type: 'flush'; turn: number };

/** Plays the customer's frames through the jitter buffer; everything that it reports goes to the page. */
class PlaybackProcessor extends AudioWorkletProcessor {
  private readonly buffer = new JitterBuffer((event) => this.port.postMessage(event));
  private fade: Float32Array = new Float32Array(0);

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<PlaybackCommand>) => this.obey(data);
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const out = outputs[0]?.[0];
    if (!out) return true;
    this.buffer.pull(out);
    const part = this.fade.subarray(0, out.length);
    part.forEach((sample, i) => (out[i] = (out[i] ?? 0) + sample));
    this.fade = this.fade.subarray(part.length);
    return true;
  }

  private obey(command: PlaybackCommand): void {
    if (command.type === 'frame') this.buffer.push(command.turn, command.samples);
    else if (command.type === 'end') this.buffer.end(command.turn);
    else this.fade = this.buffer.flush(command.turn);
  }
}

registerProcessor('playback', PlaybackProcessor);
