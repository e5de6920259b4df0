import type { HeadsetLevels } from '../api/types';
import { load, save } from '../storage';

interface Remembered {
  microphoneId: string | null;
  speakerId: string | null;
  levels: HeadsetLevels | null;
  testedAt: string | null;
}

const NONE: Remembered = { microphoneId: null, speakerId: null, levels: null, testedAt: null };

function isRemembered(value: unknown): value is Remembered {
  return typeof value === 'object' && value !== null && 'testedAt' in value && 'levels' in value;
}

/** The headset as it was last tested in this browser (`localStorage` key kiestoon.headset). */
class Headset {
  private remembered = $state<Remembered>(load('headset', NONE, isRemembered));
  microphoneId = $derived(this.remembered.microphoneId);
  speakerId = $derived(this.remembered.speakerId);
  levels = $derived(this.remembered.levels);
  testedAt = $derived(this.remembered.testedAt);

  choose(devices: { microphoneId?: string | null; speakerId?: string | null }): void {
    this.remembered = { ...this.remembered, ...devices };
    save('headset', this.remembered);
  }

  tested(levels: HeadsetLevels): void {
    this.remembered = { ...this.remembered, levels, testedAt: new Date().toISOString() };
    save('headset', this.remembered);
  }
}

export const headset = new Headset();
