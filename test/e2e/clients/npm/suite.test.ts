import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SUITE, clientsInstalled, managers, openClient, openPlace, run, skippedWithoutClients } from './managers.ts'

// The suite waits for its package managers, which share two cores with everything else.
const SUITE_MS = 1_800_000

describe.skipIf(!clientsInstalled)(
  `@verdaccio/e2e-cli against the registry [R1][R5] (${skippedWithoutClients})`,
  () => {
    it.concurrent.each(managers)(
      'passes with $name',
      async (manager) => {
        await using place = await openPlace()
        const client = await openClient(manager, place)
        const command = `${manager.kind}=${await client.command()}`
        const outcome = await run(
          process.execPath,
          [SUITE, '--registry', place.url, '--pm', command, '--timeout', '300000'],
          { cwd: client.home, env: { HOME: client.home, npm_config_cache: join(client.home, 'cache') } },
        )
        expect(outcome.code, outcome.text.slice(-4000)).toBe(0)
        expect(outcome.stdout).toMatch(manager.kind === 'npm' ? /15 passed/ : /10 passed/)
        expect(outcome.stdout).toMatch(/0 failed/)
      },
      SUITE_MS,
    )
  },
)
