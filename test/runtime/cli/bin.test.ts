import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpHost, openHttpHost } from '../http/http-host.ts'
import { bin, spawnNexus } from './run-nexus.ts'

const systemNode = '/usr/bin/node'

let host: HttpHost
beforeAll(async () => {
  host = await openHttpHost()
})
afterAll(() => host[Symbol.asyncDispose]())

describe('the nexus command as a process [O9]', () => {
  it.runIf(existsSync(systemNode))('runs on the Node that the project pins, whichever Node started it', async () => {
    const env = { NEXUS_DATA: join(tmpdir(), 'nexus-none'), NEXUS_PORT: '0' }
    const run = await spawnNexus(['doctor', '--json'], { node: systemNode, env })
    const node = JSON.parse(run.stdout).find((one: { name: string }) => one.name === 'Node')
    expect(node).toMatchObject({ state: 'ok', found: expect.stringMatching(/^Node 26\./) })
  })

  it('finds the host of this machine, pipes a secret in and a token out', async () => {
    const env = { NEXUS_DATA: host.dataDir }
    const [token, secret, failed] = await Promise.all([
      spawnNexus(['token', 'create', '--days', '1'], { env }),
      spawnNexus(['secret', 'set', 'from_pipe'], { env, input: 'hunter2\n' }),
      spawnNexus(['plugin', 'status', 'acme/none'], { env }),
    ])
    expect(token).toMatchObject({ code: 0, stdout: expect.stringMatching(/^nxs_\S+\n$/) })
    expect(secret).toMatchObject({ code: 0, stdout: 'Saved from_pipe, version 1.\n' })
    expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('(CLI_NOT_FOUND)') })
  })

  it('says in one sentence that it is not installed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-bin-'))
    const copy = join(folder, 'runtime', 'bin', 'nexus.mjs')
    await mkdir(join(folder, 'runtime', 'bin'), { recursive: true })
    await copyFile(bin, copy)
    const run = await spawnNexus(['plugin', 'list'], { bin: copy })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain('Nexus is not installed here yet: run `npm start`')
    await rm(folder, { recursive: true })
  })
})
