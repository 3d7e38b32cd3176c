import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpHost, openHttpHost } from '../http/http-host.ts'
import { runNexus } from './run-nexus.ts'

let host: HttpHost
let id: string
let env: Record<string, string>
beforeAll(async () => {
  host = await openHttpHost()
  const { token } = JSON.parse(await readFile(join(host.dataDir, 'cli.json'), 'utf8'))
  env = { NEXUS_URL: host.url, NEXUS_TOKEN: token }
  id = await host.install()
})
afterAll(() => host[Symbol.asyncDispose]())

const nexus = (...args: readonly string[]) => runNexus(['plugin', ...args], { env })

describe('nexus plugin: what it uses and what bounds it [H9]', () => {
  // Before anything is swapped: a quarantine while a change is on probation takes the change back instead.
  it('ends a quarantine', async () => {
    await host.kernel.quarantine(id, { code: 'PLUGIN_BREACHES', message: 'Too often.' })
    expect((await nexus('status', 'acme/hello')).stdout).toContain('quarantined')
    expect(await nexus('release', 'acme/hello')).toMatchObject({ code: 0, stdout: 'acme/hello is active\n' })
    expect(await nexus('restart', 'acme/hello')).toMatchObject({ code: 0 })
  })

  it('shows use over time', async () => {
    const row = await host.store.installations.get(id)
    if (row === undefined) throw new Error('no row')
    const use = { cpuMicroseconds: 2000, wallMs: 3, heapBytes: 1_048_576, capabilityCalls: 0, bytesIn: 1, bytesOut: 1 }
    host.metering.observer(row, host.limits).callEnded?.(use, false)
    const shown = await nexus('usage', 'acme/hello', '--range', 'hour')
    expect(shown).toMatchObject({ code: 0 })
    expect(shown.stdout).toContain('acme/hello, hour: 1 calls (0 failed), 2 ms CPU, 1.0 MiB at most')
    expect((await nexus('usage', 'acme/hello', '--range', 'week')).code).toBe(2)
  })

  it('narrows limits, gives them back, and says what is refused', async () => {
    const narrowed = await nexus('limits', 'acme/hello', '--set', 'memoryMb=16', '--now')
    expect(narrowed).toMatchObject({ code: 0 })
    expect(narrowed.stdout).toMatch(/memoryMb +16 +admin +64/)
    expect((await nexus('limits', 'acme/hello', '--clear', 'memoryMb')).stdout).toMatch(/memoryMb +64 +profile +64/)
    const refused = await nexus('limits', 'acme/hello', '--set', 'memoryMb=65')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain("at most the profile's 64")
    expect((await nexus('limits', 'acme/hello', '--set', 'memoryMb')).code).toBe(2)
  })

  it('sets and removes budgets one by one', async () => {
    await nexus('budgets', 'acme/hello', '--set', 'calls/day=800:1000')
    const both = await nexus('budgets', 'acme/hello', '--set', 'cpuSeconds/month=90')
    expect(both.stdout).toMatch(/calls\/day +1 +800 +1000 +ok/)
    expect(both.stdout).toMatch(/cpuSeconds\/month +[\d.]+ +– +90 +ok/)
    const left = await nexus('budgets', 'acme/hello', '--clear', 'calls/day')
    expect(left.stdout).not.toContain('calls/day')
    expect((await nexus('budgets', 'acme/hello', '--set', 'wheels/day=4')).code).toBe(2)
    await nexus('budgets', 'acme/hello', '--clear', 'cpuSeconds/month')
    expect((await nexus('budgets', 'acme/hello')).stdout).toContain('has no budget')
  })
})

describe('nexus plugin unused [H10]', () => {
  it('reports, takes back with consent, and gives back', async () => {
    const report = await nexus('unused', 'acme/hello', '--days', '7')
    expect(report.stdout).toMatch(/unused +network POST https:\/\/acme\.example:443 +0 +never/)
    expect(report.stdout).toContain('Only 0 of 7 days were measured')
    expect((await nexus('unused', 'acme/hello', '--withhold')).code).toBe(2)
    const taken = await nexus('unused', 'acme/hello', '--withhold', '--yes')
    expect(taken.stdout).toMatch(/withheld +network POST https:\/\/acme\.example:443/)
    const back = await nexus('unused', 'acme/hello', '--restore')
    expect(back.stdout).not.toContain('withheld')
    expect((await nexus('unused', 'acme/hello', '--withhold', '--restore')).code).toBe(2)
  })
})
