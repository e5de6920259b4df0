/** Reads custom properties for what is drawn on a canvas, and notes when light and dark change places. */
class Colours {
  dark = $state(matchMedia('(prefers-color-scheme: dark)').matches);

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => (this.dark = event.matches));
  }

  /** The present value of `--name`. Reading it inside an effect makes the effect run again on a change of scheme. */
  of(name: string): string {
    void this.dark;
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }
}

export const colours = new Colours();
