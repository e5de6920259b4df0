import WaveSurfer from 'wavesurfer.js';

const BEFORE_MS = 250;
const AFTER_MS = 350;

export interface WaveColours {
  agent: string;
  agentPlayed: string;
  customer: string;
  customerPlayed: string;
  cursor: string;
}

/** The recording of a call and where it stands. Times in ms. Without sound it is only a place on the time axis. */
export class Playback {
  time = $state(0);
  playing = $state(false);
  ready = $state(false);
  failed = $state(false);
  duration = $state(0);
  private surfer: WaveSurfer | null = null;

  constructor(durationMs: number) {
    this.duration = durationMs;
  }

  /** Draws the two channels (left the trainee, right the customer) into `container`; the answer takes them away. */
  attach(container: HTMLElement, url: string, colours: WaveColours): () => void {
    const surfer = WaveSurfer.create({
      container,
      url,
      height: 34,
      barWidth: 2,
      barGap: 1,
      barRadius: 2,
      normalize: true,
      cursorColor: colours.cursor,
      cursorWidth: 2,
      sampleRate: 8000,
      splitChannels: [
        { waveColor: colours.agent, progressColor: colours.agentPlayed },
        { waveColor: colours.customer, progressColor: colours.customerPlayed },
      ],
    });
    surfer.on('ready', (seconds) => {
      this.ready = true;
      this.duration = seconds * 1000;
      surfer.setTime(this.time / 1000);
    });
    surfer.on('timeupdate', (seconds) => (this.time = seconds * 1000));
    surfer.on('play', () => (this.playing = true));
    surfer.on('pause', () => (this.playing = false));
    surfer.on('error', () => (this.failed = true));
    this.surfer = surfer;
    return () => {
      this.surfer = null;
      this.ready = false;
      surfer.destroy();
    };
  }

  seek(ms: number): void {
    this.time = Math.max(0, Math.min(ms, this.duration));
    if (this.ready) this.surfer?.setTime(this.time / 1000);
  }

  toggle(): void {
    void this.surfer?.playPause();
  }

  /** Plays one moment, with a little around it, and stops there. */
  playSpan(startMs: number, endMs: number): void {
    const from = Math.max(0, startMs - BEFORE_MS);
    if (!this.ready) return this.seek(from);
    void this.surfer?.play(from / 1000, Math.min(this.duration, endMs + AFTER_MS) / 1000);
  }
}
