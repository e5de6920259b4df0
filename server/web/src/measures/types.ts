/** The shapes of `GET /api/calls/{id}/measures` (docs/protocol.md). Times in ms, levels in dBFS, shares from 0 to 1. */
import type { Evidence, Speaker } from '../api/types';

export interface Moment {
  start_ms: number;
  end_ms: number;
}

export type VoiceCriterion = 'volume' | 'intonation' | 'speed' | 'articulation';

export interface Stretch extends Moment {
  turn: number;
  speech_ms: number;
  level_dbfs: number;
  pitch_sd_st: number | null;
  rate: number | null;
  confidence: number | null;
}

export interface Band {
  low: number;
  high: number;
  lowest: number;
  highest: number;
  source: string;
}

export interface Weak extends Moment {
  criterion: VoiceCriterion;
  why: string;
  turn: number;
}

export interface Voice {
  problem: string | null;
  truncated: boolean;
  speech_ms: number;
  level_dbfs: number | null;
  headset_dbfs: number | null;
  gain_control: boolean;
  pitch_sd_st: number | null;
  articulation_rate: number | null;
  speaking_rate: number | null;
  pauses: Moment[];
  confidence: number | null;
  stretches: Stretch[];
}

export interface Timing {
  source: 'recording' | 'log';
  duration_ms: number;
  agent: Moment[];
  customer: Moment[];
  agent_share: number | null;
  talk_overs: (Moment & { by: Speaker; signal: boolean })[];
  response_ms: number | null;
  response_p95_ms: number | null;
  dead_air: Moment[];
  dead_air_ms: number;
  longest_monologue: Moment | null;
  holds: Moment[];
  hold_ms: number;
  asked_again: Evidence[];
}

export interface LanguageUse {
  words: number;
  sentences: number;
  words_per_sentence: number | null;
  longest_sentence: Evidence | null;
  longest_words: number;
  long_sentences: number;
  formal: number;
  informal: number;
  fillers: number;
  fillers_per_minute: number | null;
  remarks: { kind: string; place: Evidence; rather: string }[];
  unclear_turns: number;
}

export interface Measures {
  call_id: string;
  voice: Voice | null;
  bands: (Record<VoiceCriterion | 'recognition', Band> & Record<string, unknown>) | null;
  reference_dbfs: number | null;
  weak: Weak[];
  timing: Timing | null;
  language: LanguageUse;
}
