import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, describe, it } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')

describe('a host whose starter is gone [O9]', () => {
  it('drains and ends by itself when npm or its shell was killed', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'nexus-orphan-'))
    const env = { ...process.env, NEXUS_DATA: dataDir, NEXUS_PORT: '0', NEXUS_REGISTRY_PORT: '0', NEXUS_JSON: '1' }
    // The second command keeps the shell from becoming the first.
    const shell = spawn('sh', ['-c', 'node scripts/run.mjs runtime/src/main.ts; true'], { cwd: root, env })
    const { promise: ready, resolve: found } = Promise.withResolvers<void>()
    createInterface(shell.stdout).on('line', (line) => {
      if (line.includes('"ready"')) found()
    })
    await ready
    expect(existsSync(join(dataDir, 'host.lock'))).toBe(true)
    shell.kill('SIGKILL')
    // An orderly end gives the data folder back.
    await expect.poll(() => existsSync(join(dataDir, 'host.lock')), { timeout: 20_000 }).toBe(false)
    await rm(dataDir, { recursive: true, force: true })
  })
})
