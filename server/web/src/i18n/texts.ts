import type { nl } from './nl';
import type { nlAssess } from './nl-assess';
import type { nlCall } from './nl-call';

/** The shape of the Dutch texts, with every literal loosened to `string`. */
export type Loose<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : T extends readonly unknown[]
      ? readonly string[]
      : { readonly [K in keyof T]: Loose<T[K]> };

export type Assess = Loose<typeof nlAssess>;

export type Texts = Loose<typeof nl & typeof nlCall>;
