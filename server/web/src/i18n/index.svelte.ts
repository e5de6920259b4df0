import type { Lang } from '../api/types';
import { load, save } from '../storage';
import { de } from './de';
import { deAssess } from './de-assess';
import { en } from './en';
import { enAssess } from './en-assess';
import { fr } from './fr';
import { frAssess } from './fr-assess';
import { nl as nlBase } from './nl';
import { nlAssess } from './nl-assess';
import { nlCall } from './nl-call';
import type { Assess, Texts } from './texts';

type AllTexts = Texts & Assess;

const TEXTS: Record<Lang, AllTexts> = {
  nl: { ...nlBase, ...nlCall, ...nlAssess },
  en: { ...en, ...enAssess },
  fr: { ...fr, ...frAssess },
  de: { ...de, ...deAssess },
};
const LOCALES: Record<Lang, string> = { nl: 'nl-BE', en: 'en-GB', fr: 'fr-BE', de: 'de-BE' };

export const LANGS: readonly Lang[] = ['nl', 'fr', 'en', 'de'];
export const LANG_NAMES: Record<Lang, string> = { nl: 'Nederlands', fr: 'Français', en: 'English', de: 'Deutsch' };

/** The language of the screens; `t` holds its texts and follows every change. */
class I18n {
  lang = $state<Lang>(load('lang', 'nl', (value): value is Lang => LANGS.includes(value as Lang)));
  t = $derived<AllTexts>(TEXTS[this.lang]);
  locale = $derived(LOCALES[this.lang]);

  choose(lang: Lang): void {
    this.lang = lang;
    document.documentElement.lang = lang;
    save('lang', lang);
  }
}

export const i18n = new I18n();
