import type { Evidence, Turn } from '../api/types';

export const UNCLEAR_BELOW = 0.5;

export interface Piece {
  text: string;
  unclear: boolean;
}

/** A turn's text in pieces, so that badly recognised words can be marked. A customer's words are known, not heard. */
export function piecesOf(turn: Turn): Piece[] {
  if (turn.speaker === 'customer' || turn.words.length === 0) return [{ text: turn.text, unclear: false }];
  return turn.words.map((word) => ({ text: word.text.trim(), unclear: word.probability < UNCLEAR_BELOW }));
}

/** What the customer was going to say and the trainee did not hear any more; empty where all was heard. */
export function unheardOf(turn: Turn): string {
  if (!turn.interrupted || !turn.planned || !turn.planned.startsWith(turn.text)) return '';
  return turn.planned.slice(turn.text.length).trim();
}

/** The turn that sounds at `ms`: the last one that has begun. -1 before the first. */
export function turnAt(turns: readonly Turn[], ms: number): number {
  let found = -1;
  turns.forEach((turn, i) => {
    if (turn.start_ms <= ms) found = i;
  });
  return found;
}

export interface Quote {
  before: string;
  quote: string;
  after: string;
}

const SHORT_WORDS = 5;
const CONTEXT_CHARS = 42;

/** A quote with the words around it where it is too short to stand alone: "Carter" says little by itself. */
export function inContext(evidence: Evidence, turns: readonly Turn[]): Quote {
  const { quote, start, end } = evidence;
  const text = turns.find((turn) => turn.i === evidence.turn)?.text ?? '';
  if (quote.split(/\s+/).length >= SHORT_WORDS || text.slice(start, end) !== quote) return { before: '', quote, after: '' };
  const before = text.slice(0, start);
  const after = text.slice(end);
  return {
    before: before.length > CONTEXT_CHARS ? `…${before.slice(-CONTEXT_CHARS).replace(/^\S*\s/, ' ')}` : before,
    quote,
    after: after.length > CONTEXT_CHARS ? `${after.slice(0, CONTEXT_CHARS).replace(/\s\S*$/, ' ')}…` : after,
  };
}
