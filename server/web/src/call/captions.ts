import type { Speaker } from '../api/types';

export interface Caption {
  speaker: Speaker;
  turn: number;
  text: string;
  final: boolean;
}

const KEPT = 30;

/** The captions with one more: a later version of the same turn takes the place of the earlier one. */
export function withCaption(captions: readonly Caption[], next: Caption): Caption[] {
  const at = captions.findIndex((caption) => caption.turn === next.turn && caption.speaker === next.speaker);
  if (at >= 0) return captions.map((caption, i) => (i === at ? next : caption));
  return [...captions, next].slice(-KEPT);
}
