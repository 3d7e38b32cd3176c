import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/e2e/browser/**', 'test/e2e/clients/**', 'test/conformance/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A shared machine may stall for seconds. The report names what needed its second try: that is a bug to look at.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: [],
  },
})
