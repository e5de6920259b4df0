import { api } from '../api/client';
import type { Measures } from './types';

/** What was measured in the call that is shown. Without it the scorecard stands by itself, so a failure is silent. */
class MeasuredCall {
  data = $state.raw<Measures | null>(null);
  private wanted = '';

  async load(id: string): Promise<void> {
    this.wanted = id;
    if (this.data?.call_id !== id) this.data = null;
    try {
      const found = await api.measures(id);
      if (this.wanted === id) this.data = found;
    } catch {
      if (this.wanted === id) this.data = null;
    }
  }
}

export const measured = new MeasuredCall();
