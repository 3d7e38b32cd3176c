import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/e2e/browser/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    pool: 'forks',
    retry: process.env['CI'] === 'true' ? 1 : 0,
    maxWorkers: 2,
  },
})
