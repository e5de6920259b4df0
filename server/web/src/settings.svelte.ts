import type { Mode } from './api/types';
import { load, save } from './storage';

const isText = (value: unknown): value is string => typeof value === 'string';
const isMode = (value: unknown): value is Mode => value === 'practice' || value === 'assessment';

/** What the trainee filled in before, remembered in this browser. */
class Settings {
  agentName = $state(load('agentName', '', isText));
  mode = $state<Mode>(load('mode', 'practice', isMode));

  remember(): void {
    save('agentName', this.agentName.trim());
    save('mode', this.mode);
  }
}

export const settings = new Settings();
