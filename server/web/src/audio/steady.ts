import { FRAME_SAMPLES } from './format';
import { Microphone } from './microphone';

const FRAME_MS = 20;

/**
 * A microphone for the length of a call. When the headset is pulled out, silence takes its place, so that the call's
 * clock goes on, until a microphone is there again. `onLost` hears of both.
 */
export class SteadyMicrophone {
  private microphone: Microphone | null = null;
  private silence: ReturnType<typeof setInterval> | undefined;
  private closed = false;

  private constructor(
    private readonly onFrame: (frame: Float32Array) => void,
    private readonly onLost: (lost: boolean) => void,
  ) {}

  /** Raises MicError when the browser refuses at the start. */
  static async open(
    deviceId: string | null,
    onFrame: (frame: Float32Array) => void,
    onLost: (lost: boolean) => void,
  ): Promise<SteadyMicrophone> {
    const steady = new SteadyMicrophone(onFrame, onLost);
    await steady.start(deviceId);
    return steady;
  }

  get gainControl(): boolean {
    return this.microphone?.gainControl ?? false;
  }

  close(): void {
    this.closed = true;
    this.stopSilence();
    this.microphone?.close();
  }

  private async start(deviceId: string | null): Promise<void> {
    const microphone = await Microphone.open(deviceId, this.onFrame, () => this.lost());
    if (this.closed) return microphone.close();
    this.microphone = microphone;
    this.stopSilence();
  }

  private lost(): void {
    if (this.closed || this.silence !== undefined) return;
    this.microphone?.close();
    this.microphone = null;
    this.onLost(true);
    this.silence = setInterval(() => this.onFrame(new Float32Array(FRAME_SAMPLES)), FRAME_MS);
    navigator.mediaDevices.addEventListener('devicechange', this.again);
    this.again();
  }

  private readonly again = (): void => {
    this.start(null).then(
      () => this.onLost(false),
      // Still none: the next change of devices tries again.
      () => undefined,
    );
  };

  private stopSilence(): void {
    clearInterval(this.silence);
    this.silence = undefined;
    navigator.mediaDevices.removeEventListener('devicechange', this.again);
  }
}
