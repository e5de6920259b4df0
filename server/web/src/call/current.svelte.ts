import type { CallSession } from './session.svelte';

/** The call of this page: it is made on the briefing screen and lives on the call screen. */
class CurrentCall {
  session = $state.raw<CallSession | null>(null);

  leave(): void {
    this.session?.close();
    this.session = null;
  }
}

export const currentCall = new CurrentCall();
