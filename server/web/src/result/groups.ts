import type { Group } from '../api/types';

const ORDER: readonly Group[] = ['contact', 'analysis', 'offer', 'closing', 'whole', 'voice', 'workplace', 'written'];

/** Things with a group, gathered by it in the order of a call; groups without anything are left out. */
export function byGroup<T extends { group: Group }>(items: readonly T[]): [Group, T[]][] {
  return ORDER.map((group): [Group, T[]] => [group, items.filter((item) => item.group === group)]).filter(
    ([, members]) => members.length > 0,
  );
}
