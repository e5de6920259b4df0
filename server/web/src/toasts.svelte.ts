export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 8000;

/** Short messages at the foot of the page; they go away by themselves. */
class Toasts {
  list = $state<Toast[]>([]);
  private next = 0;

  show(text: string, action?: Toast['action']): void {
    const id = this.next++;
    this.list.push({ id, text, ...(action ? { action } : {}) });
    setTimeout(() => this.drop(id), SHOWN_MS);
  }

  drop(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
