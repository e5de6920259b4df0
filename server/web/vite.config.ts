import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const SERVER = process.env.KIESTOON_SERVER ?? 'http://127.0.0.1:8742';

export default defineConfig(async ({ mode }) => ({
  base: './',
  plugins: [svelte(), ...(mode === 'mock' ? [(await import('./dev/mock.ts')).mockApi()] : [])],
  worker: { format: 'es' as const },
  // Worklets stay files of their own: an inlined data: address would need a laxer content security policy.
  build: { outDir: 'dist', target: 'es2022', assetsInlineLimit: 0, sourcemap: true },
  server: mode === 'mock' ? {} : { proxy: { '/api': { target: SERVER, ws: true } } },
  test: { include: ['tests/**/*.test.ts'] },
}));
