import { api, ApiError } from '../api/client';
import type { BlankForm, CallDetail, Report, Scorecard } from '../api/types';
import { reviewer } from '../assess/reviewer.svelte';

export interface Result {
  detail: CallDetail;
  /** Null while the call still runs, and until the trainee has judged himself: then `blank` is the form for it. */
  score: Scorecard | null;
  blank: BlankForm | null;
  /** Set while the trainee has still to write the report; nothing else is shown then. */
  report: Report | null;
}

const TRIES = 15;
const WAIT_MS = 1000;
const CONFLICT = 409;

/**
 * A call with its score. Right after hanging up the log may still be being closed (409): then we ask again. `judgesFirst`
 * tells from the blank form whether the trainee is to judge himself before the score is shown.
 */
export async function loadResult(id: string, judgesFirst: (blank: BlankForm) => Promise<boolean>): Promise<Result> {
  const nothing = { score: null, blank: null, report: null };
  for (let attempt = 1; ; attempt++) {
    const detail = await api.call(id);
    if (detail.call.state === 'live' && attempt < TRIES) {
      await pause();
      continue;
    }
    try {
      if (detail.call.report === 'open' && reviewer.role === 'trainee') {
        return { ...nothing, detail, report: await api.report(id) };
      }
      const spoken = detail.turns.some((turn) => turn.speaker === 'agent');
      const blank = spoken && detail.call.self === 'open' ? await api.blankForm(id) : null;
      if (blank && (await judgesFirst(blank))) return { ...nothing, detail, blank };
      return { ...nothing, detail, score: await api.scorecard(id) };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== CONFLICT) throw error;
      if (attempt >= TRIES) return { ...nothing, detail };
      await pause();
    }
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, WAIT_MS));
