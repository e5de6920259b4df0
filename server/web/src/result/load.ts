import { api, ApiError } from '../api/client';
import type { CallDetail, Scorecard } from '../api/types';

export interface Result {
  detail: CallDetail;
  /** Null while the call still runs: there is nothing to judge yet. */
  score: Scorecard | null;
}

const TRIES = 15;
const WAIT_MS = 1000;
const CONFLICT = 409;

/** A call with its score. Right after hanging up the log may still be being closed (409): then we ask again. */
export async function loadResult(id: string): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const detail = await api.call(id);
    if (detail.call.state === 'live' && attempt < TRIES) {
      await pause();
      continue;
    }
    try {
      return { detail, score: await api.scorecard(id) };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== CONFLICT) throw error;
      if (attempt >= TRIES) return { detail, score: null };
      await pause();
    }
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, WAIT_MS));
