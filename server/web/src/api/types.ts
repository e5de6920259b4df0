/** The shapes of docs/protocol.md. Times are ms since the call began, levels are dBFS RMS. */

export type Lang = 'nl' | 'en' | 'fr' | 'de';
export type Direction = 'inbound' | 'outbound';
export type Mode = 'practice' | 'assessment';
export type Speaker = 'agent' | 'customer';
export type Phase = 'contact' | 'analysis' | 'offer' | 'closing';
export type Group = Phase | 'whole' | 'voice' | 'workplace' | 'written';
export type Verdict = 'met' | 'partly' | 'missed' | 'not_applicable' | 'not_scored';

export interface ApiErrorBody {
  code: string;
  message: string;
  details?: Record<string, unknown>;
}

export interface Voice {
  lang: Lang;
  engine: 'piper' | 'espeak';
  name: string;
  fallback: boolean;
}

export interface ContentError {
  file: string;
  line: number;
  column: number;
  message: string;
}

export interface Status {
  version: string;
  voices: Voice[];
  recogniser: { name: string; fallback: boolean };
  nlu: { backend: string; name: string; fallback: boolean };
  warnings: { code: string; message: string }[];
  content_errors: ContentError[];
}

export interface ScenarioCard {
  id: string;
  script: string;
  persona: string;
  title: string;
  persona_name: string;
  persona_description: string;
  customer_type: string;
  gender?: 'female' | 'male';
  kind: string;
  direction: Direction;
  level: number;
  lang: Lang;
  company_name: string;
  minutes: number;
  objectives: string[];
  calls: number;
  best_points: number | null;
}

export interface CriterionDefinition {
  id: string;
  title: string;
  group: Group;
  definition: string;
}

export interface Product {
  name: string;
  price: string | null;
  terms: string[];
  features: string[];
}

export interface Briefing extends ScenarioCard {
  company: { name: string; about: string };
  goal: string;
  situation: string;
  script_panel: { phase: Phase; lines: string[] }[];
  criteria: CriterionDefinition[];
  products: Product[];
  customer_card: Record<string, unknown> | null;
}

export interface HeadsetLevels {
  noise_floor_dbfs: number;
  speech_level_dbfs: number;
  gain_control: boolean;
}

export interface NewCall {
  scenario: string;
  mode: Mode;
  agent_name: string;
  seed?: number;
  headset?: HeadsetLevels;
}

export interface CallSummary {
  id: string;
  scenario: string;
  title: string;
  persona_name: string;
  kind: string;
  lang: Lang;
  mode: Mode;
  started_at: string;
  duration_ms: number;
  state: 'ended' | 'broken_off' | 'live';
  outcome: string | null;
  outcome_text?: string;
  points: number | null;
}

export interface Word {
  text: string;
  start_ms: number;
  end_ms: number;
  probability: number;
}

export interface TurnAct {
  act: string;
  title: string;
  confidence: number;
  start: number;
  end: number;
  source: string;
}

export interface Turn {
  i: number;
  speaker: Speaker;
  text: string;
  planned: string | null;
  start_ms: number;
  end_ms: number;
  interrupted: boolean;
  confidence: number | null;
  acts: TurnAct[];
  words: Word[];
}

export interface MoodPoint {
  at_ms: number;
  patience: number;
  trust: number;
  interest: number;
  reasons: { id: string; text: string }[];
}

export interface Mark {
  at_ms: number;
  kind: string;
  text: string;
}

export interface CallDetail {
  call: CallSummary & { agent_name: string; customer_name: string; versions: Record<string, string> };
  turns: Turn[];
  moods: MoodPoint[];
  marks: Mark[];
  audio: boolean;
}

export interface Evidence {
  turn: number;
  quote: string;
  start: number;
  end: number;
  start_ms: number;
  end_ms: number;
  role: 'shows' | 'fault' | 'occasion';
}

export interface CriterionResult {
  criterion: string;
  title: string;
  definition: string;
  group: Group;
  verdict: Verdict;
  reason_code: string;
  explanation: string;
  evidence: Evidence[];
  tip: string | null;
  confidence: number;
}

export interface PhaseSpan {
  phase: Phase;
  from_turn: number;
  to_turn: number;
  start_ms: number;
  end_ms: number;
}

export interface Scorecard {
  call_id: string;
  points: number | null;
  phases: PhaseSpan[];
  criteria: CriterionResult[];
  rubric: string;
  versions: Record<string, string>;
  missing: string[];
}
