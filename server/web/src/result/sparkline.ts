/** The points of calls as an SVG path in a box: oldest left, 0 at the foot and 100 at the top. */
export function sparkline(points: readonly number[], width: number, height: number): string {
  const step = points.length > 1 ? width / (points.length - 1) : 0;
  const at = (value: number, i: number): string => `${round(i * step)} ${round(height - (value / 100) * height)}`;
  return points.map((value, i) => `${i === 0 ? 'M' : 'L'}${at(value, i)}`).join('');
}

const round = (value: number): number => Math.round(value * 10) / 10;
