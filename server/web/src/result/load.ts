import { api, ApiError } from '../api/client';
import type { BlankForm, CallDetail, Scorecard } from '../api/types';

export interface Result {
  detail: CallDetail;
  /** Null while the call still runs, and until the trainee has judged himself: then `blank` is the form for it. */
  score: Scorecard | null;
  blank: BlankForm | null;
}

const TRIES = 15;
const WAIT_MS = 1000;
const CONFLICT = 409;

/**
 * A call with its score. Right after hanging up the log may still be being closed (409): then we ask again. `judgesFirst`
 * tells from the blank form whether the trainee is to judge himself before the score is shown.
 */
export async function loadResult(id: string, judgesFirst: (blank: BlankForm) => Promise<boolean>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const detail = await api.call(id);
    if (detail.call.state === 'live' && attempt < TRIES) {
      await pause();
      continue;
    }
    try {
      const spoken = detail.turns.some((turn) => turn.speaker === 'agent');
      const blank = spoken && detail.call.self === 'open' ? await api.blankForm(id) : null;
      if (blank && (await judgesFirst(blank))) return { detail, score: null, blank };
      return { detail, score: await api.scorecard(id), blank: null };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== CONFLICT) throw error;
      if (attempt >= TRIES) return { detail, score: null, blank: null };
      await pause();
    }
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, WAIT_MS));
