import type { Lang } from '../api/types';
import { deMeasures } from '../i18n/de-measures';
import { enMeasures } from '../i18n/en-measures';
import { frMeasures } from '../i18n/fr-measures';
import { i18n } from '../i18n/index.svelte';
import { nlMeasures } from '../i18n/nl-measures';
import type { Loose } from '../i18n/texts';

export type MeasureTexts = Loose<typeof nlMeasures>;

const TEXTS: Record<Lang, MeasureTexts> = { nl: nlMeasures, en: enMeasures, fr: frMeasures, de: deMeasures };

/** The texts of this part of the page in the language of the screens. */
export const texts = (): MeasureTexts => TEXTS[i18n.lang];

/** A number as the reader writes it. */
export const figure = (value: number, digits = 1): string =>
  value.toLocaleString(i18n.locale, { maximumFractionDigits: digits });

/** Milliseconds as seconds with one digit. */
export const inSeconds = (ms: number): string => texts().seconds(figure(ms / 1000));

/** A share (0 to 1) in percent. */
export const percent = (share: number): string => `${Math.round(100 * share)}%`;
