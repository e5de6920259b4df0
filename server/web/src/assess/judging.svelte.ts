import { api, asApiError } from '../api/client';
import type { Wish } from '../api/types';
import { i18n } from '../i18n/index.svelte';
import { toasts } from '../toasts.svelte';
import { reviewer } from './reviewer.svelte';

const UNDOABLE: readonly Wish['type'][] = ['override', 'correction', 'dispute', 'settlement'];

/** What can be said about one call; after each word the page is fetched again. */
export class Judging {
  busy = $state(false);
  /** Set where somebody wanted to say something without a name. */
  nameMissing = $state(false);

  constructor(
    readonly callId: string,
    private readonly reload: () => Promise<void>,
  ) {}

  /** Says it in the name of who looks; whether that was kept. */
  async say(wish: Wish, done = i18n.t.assess.changed): Promise<boolean> {
    const author = reviewer.name.trim();
    this.nameMissing = author === '';
    if (this.nameMissing) {
      document.getElementById('reviewer-name')?.focus();
      return false;
    }
    reviewer.remember();
    const entry = await this.attempt(async () => (await api.say(this.callId, wish, author)).entry);
    if (entry === null) return false;
    const undo = { label: i18n.t.assess.undo, run: () => void this.undo(entry) };
    toasts.show(done, UNDOABLE.includes(wish.type) ? undo : undefined);
    return true;
  }

  async undo(entry: number): Promise<void> {
    await this.say({ type: 'undo', entry }, i18n.t.assess.undone);
  }

  async judgeAgain(form: string): Promise<void> {
    if ((await this.attempt(() => api.judgeAgain(this.callId, form))) !== null) toasts.show(i18n.t.assess.changed);
  }

  private async attempt<T>(action: () => Promise<T>): Promise<T | null> {
    this.busy = true;
    try {
      const made = await action();
      await this.reload();
      return made;
    } catch (error) {
      toasts.show(asApiError(error).message);
      return null;
    } finally {
      this.busy = false;
    }
  }
}
