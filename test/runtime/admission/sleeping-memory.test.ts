import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { entryOf } from '../../../runtime/src/installations/entry.ts'
import { type TestRelease, openSwapHost, testRelease } from '../installations/swap-host.ts'

const PLUGINS = 400
/** 1,000 sleeping plugins may cost 20 MB. */
const BYTES_EACH = 20_000
const CODE_BYTES = 40_000

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

async function usedBytes(): Promise<number> {
  for (let turn = 0; turn < 4; turn += 1) {
    if (typeof collect === 'function') collect()
    await new Promise((resume) => setTimeout(resume, 50))
  }
  return process.memoryUsage().heapUsed
}

/** A release with a lot of code of its own. */
function releaseOf(number: number): TestRelease {
  const { manifest, code } = testRelease('1.0.0', `() => 'awake'`)
  return { manifest, code: `// ${number}\n${'/* code */\n'.repeat(CODE_BYTES / 11)}${code}` }
}

describe('plugins that sleep [H1]', () => {
  it('cost the host their facts and not their code, and wake with their first call', async () => {
    await using host = await openSwapHost([], 60_000, (digest) => releaseOf(Number(digest.split(':')[1])))
    const { manifest } = releaseOf(0)
    const now = new Date()
    const shared = { workspaceId: host.workspaceId, pluginId: manifest.id, version: '1.0.0', manifest, config: {} }
    const rest = { profile: 'standard', enabled: true, quarantine: undefined, installedBy: 'test' }
    const dates = { createdAt: now, updatedAt: now }
    for (let number = 0; number < 2 * PLUGINS; number += 1) {
      const own = { id: `i${number}`, bundleDigest: `n:${number}`, label: `p${number}` }
      const grants = host.grants(releaseOf(number))
      await host.store.installations.insert({ ...shared, ...rest, ...dates, ...own, grants })
    }
    const entries = (await host.store.installations.list()).map(entryOf)
    // The first half also pays for what is loaded once.
    await host.kernel.boot(entries.slice(0, PLUGINS))
    const before = await usedBytes()
    await host.kernel.boot(entries.slice(PLUGINS))
    expect(((await usedBytes()) - before) / PLUGINS).toBeLessThan(BYTES_EACH)
    expect(host.kernel.list().every(({ state }) => state === 'active')).toBe(true)
    const [upstream] = host.gateway.upstreams.list(host.workspaceId)
    const answer = await upstream?.request({
      method: 'tools/call',
      params: { name: 'version', arguments: {} },
      requestId: 'test',
      principal: host.principal,
      signal: AbortSignal.timeout(60_000),
    })
    expect(JSON.stringify(answer?.value())).toContain('awake')
  }, 180_000)
})
