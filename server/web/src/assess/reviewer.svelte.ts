import { settings } from '../settings.svelte';
import { load, save } from '../storage';

export type Viewer = 'trainee' | 'assessor';

const isText = (value: unknown): value is string => typeof value === 'string';
const isViewer = (value: unknown): value is Viewer => value === 'trainee' || value === 'assessor';
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';

/** Who looks at a score. There are no accounts: role and name are what somebody chose in this browser. */
class Reviewer {
  role = $state<Viewer>(load('viewer', 'trainee', isViewer));
  /** Whether the trainee goes straight to the score after a practice call. */
  skipsSelf = $state(load('skipsSelf', false, isFlag));
  private ownName = $state(load('reviewerName', '', isText));

  /** The name beside what is said: a trainee has the one that the customer hears. */
  get name(): string {
    return this.role === 'trainee' ? settings.agentName : this.ownName;
  }

  set name(name: string) {
    if (this.role === 'trainee') settings.agentName = name;
    else this.ownName = name;
  }

  /** The name of somebody who judges another's call. */
  get judgeName(): string {
    return this.ownName;
  }

  set judgeName(name: string) {
    this.ownName = name;
  }

  remember(): void {
    settings.remember();
    save('viewer', this.role);
    save('reviewerName', this.ownName.trim());
    save('skipsSelf', this.skipsSelf);
  }
}

export const reviewer = new Reviewer();
