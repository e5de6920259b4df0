import { nl } from './nl';
import { nlCall } from './nl-call';
import type { Texts } from './texts';

export const en: Texts = { ...nl, ...nlCall };
