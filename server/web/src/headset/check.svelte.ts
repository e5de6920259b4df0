import { SAMPLE_RATE } from '../audio/format';
import { frameDbfs, noiseFloor, SILENCE_DBFS, speechLevel } from '../audio/levels';
import { listDevices, MicError, Microphone, type Devices, type MicProblem } from '../audio/microphone';
import { openOutput, playBuffer } from '../audio/output';
import { headset } from './remembered.svelte';

const FRAMES_PER_S = 50;
export const NOISE_FRAMES = 3 * FRAMES_PER_S;
export const SPEECH_FRAMES = 5 * FRAMES_PER_S;
const SELF_FRAMES = 3 * FRAMES_PER_S;

export type Task = 'noise' | 'speech' | 'self' | 'self-playing' | 'customer';

/** The headset check: one open microphone, its level, and the measurements made with it. */
export class HeadsetCheck {
  problem = $state<MicProblem | null>(null);
  open = $state(false);
  devices = $state.raw<Devices>({ microphones: [], speakers: [] });
  level = $state(SILENCE_DBFS);
  loudest = $state(SILENCE_DBFS);
  task = $state<Task | null>(null);
  /** How much of the running measurement has passed, 0 to 1. */
  progress = $state(0);
  noise = $state<number | null>(null);
  speech = $state<number | null>(null);
  speechTried = $state(false);
  gainControl = $state(false);

  private microphone: Microphone | null = null;
  private takes: ((frame: Float32Array) => void) | null = null;

  async start(): Promise<void> {
    this.stop();
    this.problem = null;
    try {
      this.microphone = await Microphone.open(headset.microphoneId, (frame) => this.hear(frame));
    } catch (error) {
      this.problem = error instanceof MicError ? error.problem : 'Other';
      return;
    }
    this.open = true;
    this.gainControl = this.microphone.gainControl;
    if (!headset.microphoneId) headset.choose({ microphoneId: this.microphone.deviceId });
    await this.list();
  }

  async list(): Promise<void> {
    this.devices = await listDevices();
  }

  async useMicrophone(id: string): Promise<void> {
    headset.choose({ microphoneId: id });
    this.noise = null;
    this.speech = null;
    this.speechTried = false;
    await this.start();
  }

  stop(): void {
    this.microphone?.close();
    this.microphone = null;
    this.open = false;
    this.level = SILENCE_DBFS;
    this.loudest = SILENCE_DBFS;
    this.takes = null;
    this.task = null;
  }

  async measureNoise(): Promise<void> {
    const levels = (await this.record('noise', NOISE_FRAMES)).map(frameDbfs);
    this.noise = noiseFloor(levels);
    this.speech = null;
    this.speechTried = false;
  }

  async measureSpeech(): Promise<void> {
    const levels = (await this.record('speech', SPEECH_FRAMES)).map(frameDbfs);
    this.speech = speechLevel(levels, this.noise ?? SILENCE_DBFS);
    this.speechTried = true;
  }

  async hearSelf(): Promise<void> {
    const frames = await this.record('self', SELF_FRAMES);
    this.task = 'self-playing';
    await this.play(async (context) => {
      const buffer = context.createBuffer(1, frames.length * (frames[0]?.length ?? 0) || 1, SAMPLE_RATE);
      frames.forEach((frame, i) => buffer.getChannelData(0).set(frame, i * frame.length));
      return buffer;
    });
  }

  /** Plays a WAV that `fetch` brings; its error is the caller's. */
  async hearCustomer(fetch: () => Promise<ArrayBuffer>): Promise<void> {
    this.task = 'customer';
    await this.play(async (context) => context.decodeAudioData(await fetch()));
  }

  finish(): void {
    if (this.noise === null || this.speech === null) return;
    const round = (value: number): number => Math.round(value * 10) / 10;
    headset.tested({
      noise_floor_dbfs: round(this.noise),
      speech_level_dbfs: round(this.speech),
      gain_control: this.gainControl,
    });
  }

  private async play(make: (context: AudioContext) => Promise<AudioBuffer>): Promise<void> {
    const context = await openOutput(headset.speakerId);
    try {
      await playBuffer(context, await make(context));
    } finally {
      void context.close();
      this.task = null;
    }
  }

  private record(task: Task, count: number): Promise<Float32Array[]> {
    this.task = task;
    this.progress = 0;
    const frames: Float32Array[] = [];
    return new Promise((resolve) => {
      this.takes = (frame) => {
        frames.push(frame);
        this.progress = frames.length / count;
        if (frames.length < count) return;
        this.takes = null;
        this.task = null;
        resolve(frames);
      };
    });
  }

  private hear(frame: Float32Array): void {
    const level = frameDbfs(frame);
    // Up at once, down gently: a meter that a person can read.
    this.level = Math.max(level, this.level - 1.5);
    this.loudest = Math.max(level, this.loudest);
    this.takes?.(frame);
  }
}
