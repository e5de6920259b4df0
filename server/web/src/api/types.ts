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

/** The company's files beside a call, and the fields to fill in. */
export interface Desk {
  customers: { id: string; name: string; record: Record<string, unknown> }[];
  products: (Product & { id: string })[];
  procedures: string[];
  fields: DeskField[];
}

export interface DeskField {
  id: string;
  title: string;
  value: string;
}

export type ReportState = 'off' | 'open' | 'filed' | 'skipped';

export interface Report {
  state: ReportState;
  mode: Mode;
  kind: string;
  fields: DeskField[];
  dispositions: { id: string; title: string }[];
  places: { id: string; title: string }[];
  disposition: string | null;
  /** A date, `none` where nothing is to follow, empty while undecided. */
  follow_up: string;
  summary: string;
  signal: { where: string; text: string } | null;
  notes: string;
  called_on: string;
  elapsed_ms: number;
  allowed_ms: number;
  longest_summary: number;
  longest_signal: number;
}

export interface ReportDraft {
  elapsed_ms: number;
  fields: Record<string, string>;
  disposition: string | null;
  follow_up: string;
  summary: string;
  signal: { where: string; text: string } | null;
  state: 'draft' | 'filed' | 'skipped';
}

export interface MessageCard {
  id: string;
  title: string;
  medium: 'email' | 'post';
  kind: string;
  level: number;
  lang: Lang;
  minutes: number;
  company_name: string;
  objectives: string[];
  questions: number;
}

/** A written exercise with what has been written so far. `marked` are places among the options. */
export interface MessageTask {
  title: string;
  medium: 'email' | 'post';
  situation: string;
  minutes: number;
  company_name: string;
  from: string;
  lang: Lang;
  mode: Mode;
  subject: string;
  text: string;
  options: string[];
  shortest: number;
  longest: number;
  longest_reply: number;
  marked: number[];
  reply: string;
  elapsed_ms: number;
  state: 'open' | 'sent';
}

export interface MessageAnswer {
  elapsed_ms: number;
  marked: number[];
  reply: string;
  state: 'draft' | 'sent';
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
  self: SelfState;
  report: ReportState;
  channel: 'voice' | 'text' | 'simulated' | 'imported' | 'written';
  open_disputes: number;
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
  /** Where a person corrected the text: `automatic` is what was recognised. */
  correction: (Said & { reason: string; automatic: string }) | null;
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

export type SelfState = 'open' | 'skipped' | 'done';
export type Role = 'self' | 'peer' | 'assessor';
export type FormMark = 'good' | 'not_good' | 'not_applicable';
export type Mark3 = FormMark | 'not_scored';

/** An entry of the call's assessment: its number, who and when. */
export interface Said {
  entry: number;
  author: string;
  at: string;
}

export interface DisputeRow extends Said {
  reason: string;
  answer: (Said & { verdict: Verdict | null; reason: string }) | null;
}

export interface FormHead {
  id: string;
  edition: string;
  title: string;
  pass_points: number;
}

export interface FormItem {
  id: string;
  title: string;
  definition: string;
  weight: number;
  must: boolean;
}

/** What somebody gets who has still to judge: no verdicts and nobody's marks. */
export interface BlankForm {
  form: FormHead & { items: FormItem[] };
  filled: { role: Role; author: string; at: string }[];
  self: SelfState;
  mode: Mode;
}

export interface FormLine {
  item: string;
  title: string;
  definition: string;
  must: boolean;
  mark: Mark3;
  automatic: Mark3;
  criteria: string[];
}

export interface FilledForm extends Said {
  role: Role;
  marks: Record<string, FormMark>;
  remarks: Record<string, string>;
  points: number | null;
}

export interface Differences {
  causes: { part: string; was: string; now: string; turn: number | null }[];
  changes: { criterion: string; title: string; was: Verdict | null; now: Verdict | null }[];
}

export interface HistoryRow extends Said, Partial<Differences> {
  type: 'judged' | 'override' | 'correction' | 'dispute' | 'settlement' | 'form' | 'undo';
  undone: boolean;
  points: number | null;
  criterion?: string;
  title?: string;
  verdict?: Verdict | null;
  reason?: string;
  turn?: number;
  text?: string;
  role?: Role;
  undoes?: number;
  edition?: string;
  versions?: Record<string, string>;
}

/** Something to say about a call; the author comes with it. */
export type Wish =
  | { type: 'override'; criterion: string; verdict: Verdict; reason: string }
  | { type: 'correction'; turn: number; text: string; reason: string }
  | { type: 'dispute'; criterion: string; reason: string }
  | { type: 'settlement'; dispute: number; verdict: Verdict | null; reason: string }
  | { type: 'form'; role: Role; marks: Record<string, FormMark>; remarks: Record<string, string> }
  | { type: 'self_skipped' }
  | { type: 'undo'; entry: number };

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
  /** The figures that the verdict rests on; `low` and `high` are what counts as good. Absent on old scorecards. */
  measured?: { name: string; value: number; unit: string; low: number | null; high: number | null }[];
  automatic: Verdict;
  ruling: (Said & { verdict: Verdict; reason: string }) | null;
  dispute: DisputeRow | null;
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
  passed: boolean | null;
  automatic_points: number | null;
  form: FormHead;
  items: FormLine[];
  forms: FilledForm[];
  self: SelfState;
  mode: Mode;
  history: HistoryRow[];
  newer: (Differences & { points: number | null; passed: boolean | null }) | null;
}
