import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, describe, it } from 'vitest'
import { errorCode } from '@nexus/plugin-api'
import { signedPlugin } from '../../registry/fixtures.ts'
import { openTrustingHost } from './install-fixtures.ts'
import { openTestHost } from './open-test-host.ts'

const child = fileURLToPath(new URL('./crash-child.ts', import.meta.url))
const ID = 'acme/weather'

describe('kill -9 during install [H7]', () => {
  it('leaves the release whole or not at all, and no litter after recovery', async () => {
    const { registry, host } = await openTrustingHost()
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`dist/part-${index}.js`, `export const part = ${index}\n`]),
    )
    const release = await signedPlugin(registry.key, { files })
    await registry.publish(release)
    await host.store.pin(await host.store.plan(ID, '*'))
    const outcomes: string[] = []
    for (let round = 0; round < 8; round += 1) {
      const running = spawn(process.execPath, [child, registry.url(), host.dataDir, ID], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(running.stdout, 'data')
      await sleep(20 + round * 25)
      const closed = once(running, 'close')
      running.kill('SIGKILL')
      await closed
      const again = await openTestHost(registry.url(), host.dataDir)
      await again.store.recover()
      const names = await readdir(again.plugins)
      expect(names.filter((name) => name.startsWith('.'))).toEqual([])
      const opened = await again.store.open(release.digests.bundle).then(
        ({ version }) => version,
        (error: unknown) => errorCode(error),
      )
      expect(['1.0.0', 'INSTALL_NOT_STORED']).toContain(opened)
      expect(names.length).toBe(opened === '1.0.0' ? 1 : 0)
      outcomes.push(String(opened))
      await again.registry[Symbol.asyncDispose]()
    }
    expect(outcomes).toHaveLength(8)
    await host[Symbol.asyncDispose]()
    await registry[Symbol.asyncDispose]()
  }, 120_000)
})
