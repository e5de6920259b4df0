import { api, asApiError, type ApiError } from '../api/client';
import type { Report, ReportDraft } from '../api/types';
import { load, save } from '../storage';

const SAVE_AFTER_MS = 800;
const RETRY_MS = 3000;
const TICK_MS = 500;
const CLOSED = new Set(['report.closed', 'report.off']);

type Content = Omit<ReportDraft, 'state' | 'elapsed_ms'>;

const isDraft = (value: unknown): value is ReportDraft =>
  typeof value === 'object' && value !== null && 'summary' in value && 'elapsed_ms' in value;

/**
 * The report while it is written. Every change goes to the server soon after, and stays in this browser until it is there:
 * neither a broken connection nor a closed window loses it.
 */
export class ReportWriting {
  content = $state<Content>({ fields: {}, disposition: null, follow_up: '', summary: '', signal: null });
  elapsedMs = $state(0);
  saved = $state(true);
  busy = $state(false);
  failure = $state.raw<ApiError | null>(null);
  private pending: ReturnType<typeof setTimeout> | undefined;
  private readonly ticking: ReturnType<typeof setInterval>;
  private last = performance.now();

  constructor(
    private readonly id: string,
    readonly report: Report,
    typed: Record<string, string>,
    private readonly ondone: () => void,
  ) {
    const kept = load<ReportDraft | null>(this.key, null, isDraft);
    const own = Object.fromEntries(report.fields.map((field) => [field.id, typed[field.id] ?? field.value]));
    const { disposition, follow_up, summary, signal } = kept ?? report;
    this.content = { fields: { ...own, ...kept?.fields }, disposition, follow_up, summary, signal };
    this.elapsedMs = Math.max(report.elapsed_ms, kept?.elapsed_ms ?? 0);
    this.ticking = setInterval(() => this.tick(), TICK_MS);
    void this.send('draft');
  }

  get late(): boolean {
    return this.elapsedMs > this.report.allowed_ms;
  }

  /** Of the parts that are always asked, those that are there. */
  get done(): number {
    const fields = Object.values(this.content.fields).filter((value) => value.trim() !== '').length;
    return fields + Number(this.content.disposition !== null) + Number(this.content.follow_up !== '') + Number(this.content.summary.trim() !== '');
  }

  get all(): number {
    return this.report.fields.length + 3;
  }

  changed(): void {
    this.saved = false;
    save(this.key, this.draft('draft'));
    clearTimeout(this.pending);
    this.pending = setTimeout(() => void this.send('draft'), SAVE_AFTER_MS);
  }

  async close(state: 'filed' | 'skipped'): Promise<void> {
    this.busy = true;
    clearTimeout(this.pending);
    if (await this.send(state)) this.leave();
    this.busy = false;
  }

  stop(): void {
    clearInterval(this.ticking);
    clearTimeout(this.pending);
    if (!this.saved) void this.send('draft');
  }

  private get key(): string {
    return `report.${this.id}`;
  }

  private draft(state: ReportDraft['state']): ReportDraft {
    const { signal } = this.content;
    const told = signal && signal.text.trim() !== '' ? signal : null;
    return { ...$state.snapshot(this.content), signal: told, elapsed_ms: Math.round(this.elapsedMs), state };
  }

  private async send(state: ReportDraft['state']): Promise<boolean> {
    const sent = this.draft(state);
    try {
      await api.writeReport(this.id, sent);
      this.failure = null;
      this.saved = JSON.stringify({ ...sent, elapsed_ms: 0 }) === JSON.stringify({ ...this.draft(state), elapsed_ms: 0 });
      if (this.saved) save(this.key, null);
      return true;
    } catch (error) {
      this.failure = asApiError(error);
      this.saved = false;
      if (CLOSED.has(this.failure.code)) this.leave();
      else if (state === 'draft') this.pending = setTimeout(() => void this.send('draft'), RETRY_MS);
      return false;
    }
  }

  private leave(): void {
    save(this.key, null);
    this.saved = true;
    clearInterval(this.ticking);
    this.ondone();
  }

  /** Only the time in which the page is looked at counts. */
  private tick(): void {
    const now = performance.now();
    if (document.visibilityState === 'visible') this.elapsedMs += Math.min(now - this.last, 4 * TICK_MS);
    this.last = now;
  }
}
