import type { Plugin } from 'vite';

/** Serves a pretended API, so that every screen can be seen without the Python server. Only with `npm run mock`. */
export function mockApi(): Plugin {
  return { name: 'kiestoon-mock-api' };
}
