/** How a drawn customer looks: colours from the persona's id, expression from the customer type. */
export type Expression = 'angry' | 'unsure' | 'closed' | 'hurried' | 'sad' | 'friendly';

export interface Face {
  expression: Expression;
  skin: string;
  hair: string;
  shirt: string;
  backdrop: string;
  style: 0 | 1 | 2 | 3;
}

const SKINS = ['#f3d3b8', '#e8b994', '#c98f66', '#8d5b3c', '#f6dcc6'] as const;
const HAIRS = ['#3a2a20', '#6b4328', '#b9843f', '#8b8b8f', '#1f1b1a'] as const;
const SHIRTS = ['#2f6d8a', '#8a3f6b', '#4d7a4a', '#b0622c', '#4c4f87'] as const;
const BACKDROPS = ['#d9ecea', '#f4e3d3', '#e5e2f3', '#e2eedb', '#f6e1e6'] as const;

const EXPRESSIONS: readonly [RegExp, Expression][] = [
  [/angry|aggress|boos|dominant|complain|kwaad/i, 'angry'],
  [/hesitant|doubt|unsure|twijfel|shy|insecure|anxious/i, 'unsure'],
  [/refus|suspicious|silent|distrust|closed|weiger|know/i, 'closed'],
  [/hurr|busy|business|haast|decisive/i, 'hurried'],
  [/sad|emotional|crisis|griev|panic/i, 'sad'],
];

export function hash(text: string): number {
  let value = 2166136261;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 16777619) >>> 0;
  return value;
}

const pick = <T>(list: readonly [T, ...T[]], seed: number): T => list[seed % list.length] ?? list[0];

/** Two styles of short hair, two of long hair. */
const SHORT = [0, 2] as const;
const LONG = [1, 3] as const;

/** The same persona always gets the same face; of an unknown gender, one with short hair. */
export function faceOf(persona: string, customerType: string, gender?: 'female' | 'male'): Face {
  const seed = hash(persona);
  return {
    expression: EXPRESSIONS.find(([pattern]) => pattern.test(customerType))?.[1] ?? 'friendly',
    skin: pick(SKINS, seed),
    hair: pick(HAIRS, seed >>> 4),
    shirt: pick(SHIRTS, seed >>> 8),
    backdrop: pick(BACKDROPS, seed >>> 12),
    style: pick(gender === 'female' ? LONG : SHORT, seed >>> 16),
  };
}
