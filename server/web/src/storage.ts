const PREFIX = 'kiestoon.';

/** Reads a remembered value; `fallback` where it lacks, is of another shape, or storage is closed to us. */
export function load<T>(key: string, fallback: T, valid: (value: unknown) => value is T): T {
  try {
    const text = localStorage.getItem(PREFIX + key);
    const value: unknown = text === null ? undefined : JSON.parse(text);
    return valid(value) ? value : fallback;
  } catch {
    return fallback;
  }
}

/** Remembers a value in this browser; without storage (private window) it is simply forgotten. */
export function save(key: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // The page works without memory.
  }
}
