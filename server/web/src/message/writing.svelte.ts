import { api, asApiError, type ApiError } from '../api/client';
import type { MessageAnswer, MessageTask } from '../api/types';
import { load, save } from '../storage';

const SAVE_AFTER_MS = 800;
const RETRY_MS = 3000;
const TICK_MS = 1000;

const isAnswer = (value: unknown): value is MessageAnswer => typeof value === 'object' && value !== null && 'reply' in value && 'marked' in value;

/** A reply while it is written: saved soon after each change, and kept in this browser until the server has it. */
export class MessageWriting {
  marked = $state<number[]>([]);
  reply = $state('');
  elapsedMs = $state(0);
  saved = $state(true);
  busy = $state(false);
  failure = $state.raw<ApiError | null>(null);
  private pending: ReturnType<typeof setTimeout> | undefined;
  private readonly ticking: ReturnType<typeof setInterval>;

  constructor(
    private readonly id: string,
    task: MessageTask,
    private readonly onsent: () => void,
  ) {
    const kept = load<MessageAnswer | null>(this.key, null, isAnswer);
    this.marked = [...(kept ?? task).marked];
    this.reply = (kept ?? task).reply;
    this.elapsedMs = Math.max(task.elapsed_ms, kept?.elapsed_ms ?? 0);
    this.ticking = setInterval(() => document.visibilityState === 'visible' && (this.elapsedMs += TICK_MS), TICK_MS);
    if (kept) this.changed();
  }

  get words(): number {
    return this.reply.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
  }

  changed(): void {
    this.saved = false;
    save(this.key, this.answer('draft'));
    clearTimeout(this.pending);
    this.pending = setTimeout(() => void this.send('draft'), SAVE_AFTER_MS);
  }

  async finish(): Promise<void> {
    this.busy = true;
    clearTimeout(this.pending);
    if (await this.send('sent')) {
      save(this.key, null);
      this.onsent();
    }
    this.busy = false;
  }

  stop(): void {
    clearInterval(this.ticking);
    clearTimeout(this.pending);
  }

  private get key(): string {
    return `message.${this.id}`;
  }

  private answer(state: MessageAnswer['state']): MessageAnswer {
    return { elapsed_ms: this.elapsedMs, marked: [...this.marked].sort((a, b) => a - b), reply: this.reply, state };
  }

  private async send(state: MessageAnswer['state']): Promise<boolean> {
    const sent = this.answer(state);
    try {
      await api.writeMessage(this.id, sent);
      this.failure = null;
      this.saved = sent.reply === this.reply && sent.marked.length === this.marked.length;
      if (this.saved) save(this.key, null);
      return true;
    } catch (error) {
      this.failure = asApiError(error);
      if (state === 'draft' && this.failure.code !== 'message.sent') this.pending = setTimeout(() => void this.send('draft'), RETRY_MS);
      return false;
    }
  }
}
