/** Figures that tests and benchmarks read from the page: `firstSampleAt` in ms of performance.now(), by turn. */
export interface CallStats {
  underruns: number;
  firstSampleAt: Record<number, number>;
  framesSent: number;
}

declare global {
  interface Window {
    kiestoonStats?: CallStats;
  }
}

export function freshStats(): CallStats {
  const stats: CallStats = { underruns: 0, firstSampleAt: {}, framesSent: 0 };
  window.kiestoonStats = stats;
  return stats;
}
