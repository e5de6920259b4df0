import { FRAME_SAMPLES, SAMPLE_RATE } from './format';
import { Resampler } from './resampler';

/** Cuts the microphone into frames of 20 ms at 16 kHz and posts each as a Float32Array. */
class CaptureProcessor extends AudioWorkletProcessor {
  private readonly resampler = sampleRate === SAMPLE_RATE ? null : new Resampler(sampleRate, SAMPLE_RATE);
  private frame = new Float32Array(FRAME_SAMPLES);
  private filled = 0;

  process(inputs: Float32Array[][]): boolean {
    const block = inputs[0]?.[0];
    if (block) this.add(this.resampler ? this.resampler.push(block) : block);
    return true;
  }

  private add(samples: Float32Array): void {
    let at = 0;
    while (at < samples.length) {
      const part = samples.subarray(at, at + FRAME_SAMPLES - this.filled);
      this.frame.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled === FRAME_SAMPLES) this.send();
    }
  }

  private send(): void {
    this.port.postMessage(this.frame, [this.frame.buffer]);
    this.frame = new Float32Array(FRAME_SAMPLES);
    this.filled = 0;
  }
}

registerProcessor('capture', CaptureProcessor);
