import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runNexus } from './run-nexus.ts'

const bin = resolve(import.meta.dirname, '../../../runtime/bin/nexus.mjs')
const systemNode = '/usr/bin/node'

describe('the nexus command [O9]', () => {
  it.runIf(existsSync(systemNode))('runs on the Node that the project pins, whichever Node started it', async () => {
    const run = await runNexus(['doctor', '--json'], {
      bin,
      node: systemNode,
      env: { NEXUS_DATA: join(tmpdir(), 'nexus-none'), NEXUS_PORT: '0' },
    })
    const node = JSON.parse(run.stdout).find((one: { name: string }) => one.name === 'Node')
    expect(node).toMatchObject({ state: 'ok', found: expect.stringMatching(/^Node 26\./) })
  })

  it('says in one sentence that it is not installed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-bin-'))
    const copy = join(folder, 'runtime', 'bin', 'nexus.mjs')
    await mkdir(join(folder, 'runtime', 'bin'), { recursive: true })
    await copyFile(bin, copy)
    const run = await runNexus(['plugin', 'list'], { bin: copy })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain('Nexus is not installed here yet: run `npm start`')
    await rm(folder, { recursive: true })
  })
})
