import type { CallState } from './messages';

export type KeyAction = 'answer' | 'mute' | 'hold' | 'captions' | 'hints' | 'hang_up' | 'leave_field';

interface Key {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** What a key asks for during a call. While typing only Escape works (it leaves the field), Enter keeps its own
 * meaning on a focused button. `hang_up` has to be asked for twice: see `Confirmation`. */
export function actionOf(event: Key, state: CallState | 'preparing', focus: 'field' | 'button' | 'none'): KeyAction | null {
  if (event.ctrlKey || event.altKey || event.metaKey || state === 'ended' || state === 'preparing') return null;
  if (focus === 'field') return event.key === 'Escape' ? 'leave_field' : null;
  if (event.key === 'Escape') return 'hang_up';
  if (event.key === 'Enter') return state === 'ringing' && focus === 'none' ? 'answer' : null;
  const letter = event.key.toLowerCase();
  if (event.shiftKey) return letter === 'q' ? 'hang_up' : null;
  return ({ m: 'mute', h: 'hold', c: 'captions', t: 'hints' } as const)[letter] ?? null;
}

export function focusOf(element: Element | null): 'field' | 'button' | 'none' {
  if (element?.matches('input, textarea, select')) return 'field';
  return element?.matches('button, a, summary') ? 'button' : 'none';
}

const CONFIRM_WITHIN_MS = 3000;

/** Asks for the same thing twice within three seconds. Times in ms. */
export class Confirmation {
  private askedAt: number | null = null;

  /** True at the second time; the first only arms. */
  ask(now: number): boolean {
    const confirmed = this.askedAt !== null && now - this.askedAt <= CONFIRM_WITHIN_MS;
    this.askedAt = confirmed ? null : now;
    return confirmed;
  }
}
