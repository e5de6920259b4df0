import type { Band, Measures, Moment, Stretch, Timing, VoiceCriterion, Weak } from './types';

export interface Point extends Moment {
  value: number;
  /** What is weak here, null where nothing is. */
  why: string | null;
}

export interface Plot {
  criterion: VoiceCriterion;
  points: Point[];
  band: Band | null;
  /** The ends of the value axis. */
  from: number;
  to: number;
}

export const VOICE: readonly VoiceCriterion[] = ['volume', 'intonation', 'speed', 'articulation'];

const VALUE: Record<VoiceCriterion, (stretch: Stretch, reference: number) => number | null> = {
  volume: (stretch, reference) => stretch.level_dbfs - reference,
  intonation: (stretch) => stretch.pitch_sd_st,
  speed: (stretch) => stretch.rate,
  articulation: (stretch) => stretch.confidence,
};
const ROOM = 0.1;
const NEXT_MS = 1500;

/** What is drawn of each voice criterion, in their fixed order; one without a single value is left out. */
export function plotsOf(measures: Measures): Plot[] {
  return VOICE.map((criterion) => plotOf(measures, criterion)).filter((plot) => plot.points.length > 0);
}

function plotOf(measures: Measures, criterion: VoiceCriterion): Plot {
  const band = measures.bands?.[criterion === 'articulation' ? 'recognition' : criterion] ?? null;
  const weak = measures.weak.filter((item) => item.criterion === criterion);
  const points: Point[] = [];
  for (const stretch of measures.voice?.stretches ?? []) {
    const value = VALUE[criterion](stretch, measures.reference_dbfs ?? 0);
    if (value === null) continue;
    const why = weak.find((item) => item.start_ms === stretch.start_ms && item.turn === stretch.turn)?.why ?? null;
    points.push({ start_ms: stretch.start_ms, end_ms: stretch.end_ms, value, why });
  }
  const ends = [...points.map((point) => point.value), ...(band ? [band.low, band.high, band.lowest, band.highest] : [])];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = (high - low || 1) * ROOM;
  return { criterion, points, band, from: low - room, to: high + room };
}

/** How far from the top of its plot a value lies, in percent. */
export const topOf = (plot: Plot, value: number): number =>
  Math.max(0, Math.min(100, (100 * (plot.to - value)) / (plot.to - plot.from)));

/** Where a moment lies on a time axis, in percent of its length. */
export const leftOf = (ms: number, duration: number): number =>
  duration > 0 ? Math.max(0, Math.min(100, (100 * ms) / duration)) : 0;

/** How wide a moment is on a time axis, in percent; never too narrow to be seen. */
export const widthOf = (moment: Moment, duration: number): number =>
  Math.max(0.35, leftOf(moment.end_ms, duration) - leftOf(moment.start_ms, duration));

export type Happening = Moment & { kind: 'cut_by_agent' | 'cut_by_customer' | 'dead_air' | 'hold' | 'asked_again' };

/** What is worth listening to again in the timing, in order of time. */
export function happenings(timing: Timing): Happening[] {
  const cuts = timing.talk_overs.filter((talk) => !talk.signal);
  const found: Happening[] = [
    ...cuts.map((talk): Happening => ({ ...span(talk), kind: talk.by === 'agent' ? 'cut_by_agent' : 'cut_by_customer' })),
    ...timing.dead_air.map((gap): Happening => ({ ...span(gap), kind: 'dead_air' })),
    ...timing.holds.map((hold): Happening => ({ ...span(hold), kind: 'hold' })),
    ...timing.asked_again.map((place): Happening => ({ ...span(place), kind: 'asked_again' })),
  ];
  return found.sort((one, other) => one.start_ms - other.start_ms);
}

const span = ({ start_ms, end_ms }: Moment): Moment => ({ start_ms, end_ms });

/** Weak stretches right after one another as one, in order of time. */
export function weakRuns(weak: readonly Weak[]): Weak[] {
  const runs: Weak[] = [];
  const order = [...weak].sort((one, other) => one.criterion.localeCompare(other.criterion) || one.start_ms - other.start_ms);
  for (const item of order) {
    const last = runs.at(-1);
    const goesOn = last && last.criterion === item.criterion && last.why === item.why && last.turn === item.turn && item.start_ms - last.end_ms < NEXT_MS;
    if (goesOn) last.end_ms = item.end_ms;
    else runs.push({ ...item });
  }
  return runs.sort((one, other) => one.start_ms - other.start_ms);
}
