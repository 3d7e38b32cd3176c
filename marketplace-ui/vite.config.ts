import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2024',
    // The content security policy allows no `data:` fonts, so nothing may be inlined.
    assetsInlineLimit: 0,
    // Every browser we support preloads modules by itself; the polyfill would only cost bytes.
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    reportCompressedSize: true,
  },
})
