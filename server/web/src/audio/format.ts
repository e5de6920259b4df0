/** The audio format of the call's socket: 16 kHz, mono, signed 16 bit little-endian, 20 ms a frame. */
export const SAMPLE_RATE = 16_000;
export const FRAME_SAMPLES = 320;
export const FRAME_BYTES = FRAME_SAMPLES * 2;
export const SAMPLES_PER_MS = SAMPLE_RATE / 1000;
const HEADER_BYTES = 4;

/** Samples (-1 to 1) to s16le; what is louder than full scale is clipped. */
export function toPcm(samples: Float32Array): ArrayBuffer {
  const out = new DataView(new ArrayBuffer(samples.length * 2));
  samples.forEach((sample, i) => {
    const bounded = Math.max(-1, Math.min(1, sample));
    out.setInt16(i * 2, Math.round(bounded * (bounded < 0 ? 0x8000 : 0x7fff)), true);
  });
  return out.buffer;
}

/** s16le from byte `offset` to samples (-1 to 1). */
export function fromPcm(bytes: ArrayBuffer, offset = 0): Float32Array {
  const view = new DataView(bytes, offset);
  const out = new Float32Array(Math.floor(view.byteLength / 2));
  for (let i = 0; i < out.length; i++) out[i] = view.getInt16(i * 2, true) / 0x8000;
  return out;
}

export interface CustomerFrame {
  turn: number;
  samples: Float32Array;
}

/** A binary message of the server: 4 bytes turn number (unsigned), then one frame. Null where the size is wrong. */
export function parseCustomerFrame(bytes: ArrayBuffer): CustomerFrame | null {
  if (bytes.byteLength !== HEADER_BYTES + FRAME_BYTES) return null;
  return { turn: new DataView(bytes).getUint32(0, true), samples: fromPcm(bytes, HEADER_BYTES) };
}
