import { parseHash } from './routes';

class Router {
  hash = $state(location.hash);
  route = $derived(parseHash(this.hash));

  constructor() {
    addEventListener('hashchange', () => (this.hash = location.hash));
  }

  go(hash: string): void {
    location.hash = hash;
  }
}

export const router = new Router();
