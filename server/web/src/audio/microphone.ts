import captureUrl from './capture.worklet.ts?worker&url';
import { SAMPLE_RATE } from './format';

export type MicProblem = 'NotAllowedError' | 'NotFoundError' | 'NotReadableError' | 'Insecure' | 'Other';

/** Why the microphone cannot be used, in a form that the screen has help for. */
export class MicError extends Error {
  constructor(readonly problem: MicProblem) {
    super(problem);
  }
}

function problemOf(error: unknown): MicProblem {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'NotAllowedError';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'NotFoundError';
  if (name === 'NotReadableError' || name === 'AbortError') return 'NotReadableError';
  return 'Other';
}

async function openStream(deviceId: string | null): Promise<MediaStream> {
  if (!window.isSecureContext || !navigator.mediaDevices) throw new MicError('Insecure');
  const plain = { echoCancellation: false, autoGainControl: false, noiseSuppression: false, channelCount: 1 };
  try {
    const audio = deviceId ? { ...plain, deviceId: { exact: deviceId } } : plain;
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (error) {
    // A remembered headset that is no longer plugged in must not stop the call: take the default one.
    if (deviceId && problemOf(error) === 'NotFoundError') return openStream(null);
    throw new MicError(problemOf(error));
  }
}

/** A source at 16 kHz; a browser that cannot bridge two rates (Firefox) gets a context at the device's own rate. */
function sourceOf(stream: MediaStream): MediaStreamAudioSourceNode {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE });
  try {
    return context.createMediaStreamSource(stream);
  } catch {
    void context.close();
    return new AudioContext().createMediaStreamSource(stream);
  }
}

/** An open microphone that hands over frames of 20 ms (320 samples, 16 kHz, -1 to 1) until it is closed. */
export class Microphone {
  private constructor(
    private readonly stream: MediaStream,
    private readonly context: AudioContext,
  ) {}

  /** Raises MicError when the browser refuses. `onEnd` hears that the device went away by itself. */
  static async open(
    deviceId: string | null,
    onFrame: (frame: Float32Array) => void,
    onEnd: () => void = () => undefined,
  ): Promise<Microphone> {
    const stream = await openStream(deviceId);
    try {
      const source = sourceOf(stream);
      const context = source.context as AudioContext;
      await context.audioWorklet.addModule(captureUrl);
      const node = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0 });
      node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => onFrame(data);
      source.connect(node);
      stream.getAudioTracks()[0]?.addEventListener('ended', onEnd);
      await context.resume();
      return new Microphone(stream, context);
    } catch (error) {
      stream.getTracks().forEach((track) => track.stop());
      throw new MicError(problemOf(error));
    }
  }

  /** Whether the browser adjusts the volume in spite of our asking it not to. */
  get gainControl(): boolean {
    return this.stream.getAudioTracks()[0]?.getSettings().autoGainControl ?? false;
  }

  get deviceId(): string | null {
    return this.stream.getAudioTracks()[0]?.getSettings().deviceId ?? null;
  }

  close(): void {
    this.stream.getTracks().forEach((track) => track.stop());
    if (this.context.state !== 'closed') void this.context.close();
  }
}

export interface Devices {
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}

export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return {
    microphones: all.filter((device) => device.kind === 'audioinput' && device.deviceId),
    speakers: all.filter((device) => device.kind === 'audiooutput' && device.deviceId),
  };
}
