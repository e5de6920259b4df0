import type { Lang } from '../api/types';
import { load, save } from '../storage';
import { de } from './de';
import { en } from './en';
import { fr } from './fr';
import { nl as nlBase } from './nl';
import { nlCall } from './nl-call';
import type { Texts } from './texts';

const TEXTS: Record<Lang, Texts> = { nl: { ...nlBase, ...nlCall }, en, fr, de };
const LOCALES: Record<Lang, string> = { nl: 'nl-BE', en: 'en-GB', fr: 'fr-BE', de: 'de-BE' };

export const LANGS: readonly Lang[] = ['nl', 'fr', 'en', 'de'];
export const LANG_NAMES: Record<Lang, string> = { nl: 'Nederlands', fr: 'Français', en: 'English', de: 'Deutsch' };

/** The language of the screens; `t` holds its texts and follows every change. */
class I18n {
  lang = $state<Lang>(load('lang', 'nl', (value): value is Lang => LANGS.includes(value as Lang)));
  t = $derived<Texts>(TEXTS[this.lang]);
  locale = $derived(LOCALES[this.lang]);

  choose(lang: Lang): void {
    this.lang = lang;
    document.documentElement.lang = lang;
    save('lang', lang);
  }
}

export const i18n = new I18n();
