import { api } from '../api/client';
import type { ApiErrorBody, Briefing, Desk, Mode, Phase, Speaker } from '../api/types';
import { FRAME_SAMPLES, parseCustomerFrame, toPcm } from '../audio/format';
import type { PlayerEvent } from '../audio/jitter';
import { openOutput } from '../audio/output';
import { Player } from '../audio/player';
import { SteadyMicrophone } from '../audio/steady';
import { playTone, type Tone } from '../audio/tones';
import { headset } from '../headset/remembered.svelte';
import { i18n } from '../i18n/index.svelte';
import { load, save } from '../storage';
import { withCaption, type Caption } from './captions';
import { CallLink, GRACE_MS } from './link';
import type { CallState, ClientMessage, EndedBy, ServerMessage } from './messages';
import { freshStats } from './stats';

const SILENT_FRAME = toPcm(new Float32Array(FRAME_SAMPLES));

/** One call as the page sees it: the state that the screen shows, and what the buttons do. */
export class CallSession {
  state = $state<CallState | 'preparing'>('preparing');
  phase = $state<Phase>('contact');
  /** What might be done next; empty where there is nothing to hint at. Only in practice. */
  hint = $state('');
  hintsOn = $state(load('hints', true, (value) => typeof value === 'boolean'));
  agentSpeaking = $state(false);
  customerSpeaking = $state(false);
  muted = $state(false);
  onHold = $state(false);
  captionsOn = $state(false);
  captionsAllowed = $state(false);
  captions = $state.raw<Caption[]>([]);
  /** How many of the customer's lines have been spoken ahead; null before the server says so. */
  lines = $state.raw<{ ready: number; total: number } | null>(null);
  notes = $state('');
  /** The company's files, once they are there; the values of the fields by id. */
  desk = $state.raw<Desk | null>(null);
  fields = $state<Record<string, string>>({});
  notice = $state<string | null>(null);
  problem = $state<ApiErrorBody | null>(null);
  ended = $state<{ by: EndedBy; outcome: string } | null>(null);
  seconds = $state(0);
  /** Seconds before a lost connection ends the call; null while it stands. */
  secondsLeft = $state<number | null>(null);

  private readonly stats = freshStats();
  private readonly clock: ReturnType<typeof setInterval>;
  private link: CallLink | null = null;
  private player: Player | null = null;
  private connectedAt: number | null = null;
  private readonly unsent: ClientMessage[] = [];
  private lostAt: number | null = null;
  private stopTone: (() => void) | null = null;

  private constructor(
    readonly id: string,
    readonly briefing: Briefing,
    readonly mode: Mode,
    private readonly output: AudioContext,
    private readonly microphone: { close(): void },
  ) {
    this.clock = setInterval(() => this.tick(), 250);
  }

  /** Opens speaker and microphone first, so that no call begins that could not be heard. Raises MicError, ApiError. */
  static async begin(briefing: Briefing, mode: Mode, agentName: string): Promise<CallSession> {
    const output = await openOutput(headset.speakerId);
    let session: CallSession | null = null;
    let microphone: SteadyMicrophone | null = null;
    try {
      microphone = await SteadyMicrophone.open(
        headset.microphoneId,
        (frame) => session?.hear(frame),
        (lost) => session?.microphoneLost(lost),
      );
      const levels = headset.levels && { ...headset.levels, gain_control: microphone.gainControl };
      const call = { scenario: briefing.id, mode, agent_name: agentName, ...(levels ? { headset: levels } : {}) };
      const { id, socket } = await api.startCall(call);
      session = new CallSession(id, briefing, mode, output, microphone);
      await session.open(socket);
      return session;
    } catch (error) {
      microphone?.close();
      void output.close();
      throw error;
    }
  }

  answer(): void {
    this.link?.send({ type: 'answer' });
  }

  hangUp(): void {
    this.link?.send({ type: 'hang_up' });
  }

  toggleMute(): void {
    this.muted = !this.muted;
    this.link?.send({ type: 'mute', on: this.muted });
  }

  toggleHold(): void {
    if (this.state !== 'connected' && this.state !== 'on_hold') return;
    this.link?.send({ type: 'hold', on: this.state === 'connected' });
  }

  toggleCaptions(): void {
    if (!this.captionsAllowed) return;
    this.captionsOn = !this.captionsOn;
    this.link?.send({ type: 'captions', on: this.captionsOn });
  }

  /** Whether there are hints at all. */
  get coached(): boolean {
    return this.mode === 'practice';
  }

  toggleHints(): void {
    if (!this.coached) return;
    this.hintsOn = !this.hintsOn;
    save('hints', this.hintsOn);
  }

  /** Keeps the notes in the log. */
  noted(): void {
    this.tell({ type: 'screen', action: 'note', target: 'notes', value: this.notes });
  }

  /** Tells the log which page of the company's files is open. */
  opened(page: string): void {
    this.tell({ type: 'page', page });
  }

  register(field: string): void {
    this.tell({ type: 'register', field, value: (this.fields[field] ?? '').trim() });
  }

  /** What cannot be sent now goes as soon as the line is back. */
  private tell(message: ClientMessage): void {
    if (!this.link?.send(message)) this.unsent.push(message);
  }

  /** Lets go of everything; a call that still runs is left on purpose. */
  close(): void {
    if (this.state !== 'ended') this.link?.send({ type: 'bye' });
    this.link?.close();
    this.quiet();
    void this.output.close();
  }

  private async open(path: string): Promise<void> {
    this.player = await Player.open(this.output, (event) => this.sounded(event));
    const url = new URL(path, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    url.searchParams.set('ui', i18n.lang);
    this.link = new CallLink(url.href, {
      message: (message) => this.receive(message),
      audio: (bytes) => this.play(bytes),
      lost: () => (this.lostAt = performance.now()),
      restored: () => this.restored(),
      gone: () => this.finish('system', 'broken_off'),
    });
    this.link.connect();
  }

  private hear(frame: Float32Array): void {
    if (this.state === 'ended') return;
    if (this.link?.sendAudio(this.muted ? SILENT_FRAME : toPcm(frame))) this.stats.framesSent += 1;
  }

  private microphoneLost(lost: boolean): void {
    this.notice = lost ? i18n.t.call.microphoneLost : null;
  }

  private play(bytes: ArrayBuffer): void {
    const frame = parseCustomerFrame(bytes);
    if (frame) this.player?.push(frame);
  }

  private sounded(event: PlayerEvent): void {
    if (event.type === 'underrun') this.stats.underruns += 1;
    else if (event.type === 'first') this.stats.firstSampleAt[event.turn] = performance.now();
    else this.link?.send({ type: 'played', turn: event.turn, played_ms: event.ms });
  }

  private receive(message: ServerMessage): void {
    switch (message.type) {
      case 'hello':
        this.captionsAllowed = message.captions;
        if (!this.desk) void this.fetchDesk();
        return this.enter(message.state);
      case 'state':
        return this.enter(message.state);
      case 'speaking':
        return this.light(message.speaker, message.on);
      case 'phase':
        this.phase = message.phase;
        return;
      case 'hint':
        this.hint = message.text;
        return;
      case 'caption':
        this.captions = withCaption(this.captions, message);
        return;
      case 'lines':
        this.lines = { ready: message.ready, total: message.total };
        return;
      case 'flush':
        return this.player?.flush(message.turn);
      case 'turn_end':
        return this.player?.end(message.turn);
      case 'notice':
        this.notice = message.message;
        return;
      case 'ended':
        return this.finish(message.by, message.outcome);
      case 'error':
        this.problem = message.error;
        return this.finish('system', 'broken_off');
    }
  }

  private light(speaker: Speaker, on: boolean): void {
    if (speaker === 'agent') this.agentSpeaking = on;
    else this.customerSpeaking = on;
  }

  private enter(state: CallState): void {
    if (this.ended) return;
    if (state !== this.state) this.sound(state);
    this.state = state;
    this.onHold = state === 'on_hold';
    if (state === 'connected') this.connectedAt ??= performance.now();
  }

  private sound(state: CallState): void {
    this.stopTone?.();
    this.stopTone = null;
    const tone: Tone | null = state === 'ringing' ? 'ring' : state === 'dialling' ? 'ringback' : null;
    if (tone) this.stopTone = playTone(this.output, tone);
  }

  private restored(): void {
    this.lostAt = null;
    this.secondsLeft = null;
    // The server may have missed what was switched while the line was down.
    this.link?.send({ type: 'mute', on: this.muted });
    this.link?.send({ type: 'captions', on: this.captionsOn });
    for (const message of this.unsent.splice(0)) this.tell(message);
  }

  /** The files are there as soon as the call is; without them it can still be held. */
  private async fetchDesk(): Promise<void> {
    try {
      this.desk = await api.desk(this.id);
    } catch {
      this.desk = null;
    }
  }

  private finish(by: EndedBy, outcome: string): void {
    this.enter('ended');
    this.ended ??= { by, outcome };
    this.agentSpeaking = false;
    this.customerSpeaking = false;
    this.secondsLeft = null;
    this.lostAt = null;
    this.quiet();
    if (by === 'customer') this.stopTone = playTone(this.output, 'busy');
  }

  private quiet(): void {
    clearInterval(this.clock);
    this.stopTone?.();
    this.stopTone = null;
    this.microphone.close();
  }

  private tick(): void {
    if (this.connectedAt !== null) this.seconds = Math.floor((performance.now() - this.connectedAt) / 1000);
    if (this.lostAt === null) return;
    this.secondsLeft = Math.max(0, Math.ceil((this.lostAt + GRACE_MS - performance.now()) / 1000));
  }
}
