import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../../runtime/src/config.ts'
import { openProcessUpstream } from '../../../runtime/src/gateway/upstream/open-process-upstream.ts'
import { isAtLeast } from '../../../runtime/src/sandbox/containment/containment.ts'
import { probeMachine } from '../../../runtime/src/sandbox/containment/probe.ts'
import { type ProcessSpec, startProcess } from '../../../runtime/src/sandbox/process/start-process.ts'

const levels: readonly NonNullable<ProcessSpec['containment']>[] =
  'path' in probeMachine().bubblewrap ? ['strongest', 'lifeline'] : ['lifeline']
const generous = { memoryMb: 2_048, cpuMsPerMinute: 60_000 }

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-limits-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

const node = (script: string, rest: Partial<ProcessSpec> = {}): ProcessSpec => ({
  command: process.execPath,
  args: ['-e', script],
  env: {},
  ...rest,
})
const greedy = 'const held = []; setInterval(() => held.push(Buffer.alloc(8e6, 1)), 5)'

describe.runIf(process.platform === 'linux').each(levels)('limits of a process at %s [H4]', (containment) => {
  it('ends it when it holds more memory than granted, and says the limit and its value', async () => {
    const child = startProcess(node(greedy, { containment, limits: { ...generous, memoryMb: 200 } }))
    await child.exited
    expect(child.breach()).toMatchObject({
      code: 'SANDBOX_MEMORY',
      message: expect.stringContaining('200 MiB (memoryMb)'),
      details: { limit: 'memoryMb', value: 200 },
    })
  })

  it('counts what it started, too', async () => {
    const shell: ProcessSpec = {
      command: 'sh',
      // It would go on without the child that is ended first.
      args: ['-c', `${process.execPath} -e '${greedy}' & wait; sleep 60`],
      readable: [process.execPath],
      env: {},
      containment,
      limits: { ...generous, memoryMb: 200 },
    }
    const child = startProcess(shell)
    await child.exited
    expect(child.breach()).toMatchObject({ code: 'SANDBOX_MEMORY' })
  })

  it('ends it when it uses more CPU time within a minute than granted', async () => {
    const child = startProcess(node('for (;;);', { containment, limits: { ...generous, cpuMsPerMinute: 300 } }))
    await child.exited
    expect(child.breach()).toMatchObject({ code: 'SANDBOX_CPU', details: { limit: 'cpuMsPerMinute', value: 300 } })
  })

  it('tells what it and everything it started use, and nothing once it is gone', async () => {
    const child = startProcess({
      command: 'sh',
      args: ['-c', 'sleep 60 & sleep 60'],
      env: {},
      containment,
      limits: generous,
    })
    await expect.poll(() => child.usage()?.processes ?? 0, { timeout: 5_000 }).toBeGreaterThanOrEqual(3)
    expect(child.usage()?.residentBytes).toBeGreaterThan(100_000)
    await child.kill()
    expect(child.usage()).toBeUndefined()
    expect(child.breach()).toBeUndefined()
  })
})

describe('containment that the operator demands [H4]', () => {
  it('orders the levels', () => {
    expect(isAtLeast('contained', 'limits')).toBe(true)
    expect(isAtLeast('none', 'none')).toBe(true)
    expect(isAtLeast('limits', 'contained')).toBe(false)
  })

  it('refuses a process that would get less, and says what is missing', () => {
    expect(() => startProcess(node('', { containment: 'lifeline', minimum: 'contained' }))).toThrow(
      expect.objectContaining({
        code: 'PROCESS_CONTAINMENT',
        message: expect.stringMatching(/`contained`.*`limits`.*NEXUS_PROCESS_CONTAINMENT=limits/s),
      }),
    )
  })

  it('is read from the environment; anything else is refused at the start', () => {
    const environment = (value: string) => ({ NEXUS_DATA: folder, NEXUS_PROCESS_CONTAINMENT: value })
    expect(readConfig(environment('contained')).processContainment).toBe('contained')
    expect(readConfig(environment('')).processContainment).toBe('none')
    expect(() => readConfig(environment('full'))).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('NEXUS_PROCESS_CONTAINMENT'),
      }),
    )
  })

  it.runIf(levels.includes('strongest'))('starts it where the machine offers what is demanded', async () => {
    const child = startProcess(node('', { minimum: 'contained' }))
    expect(await child.exited).toEqual({ code: 0, signal: null })
  })
})

describe('Node server without bubblewrap [H4]', () => {
  it('is held by Node’s own permissions: no files, no programs, no network', async () => {
    const script = `const out = []
      try { require('fs').readFileSync(${JSON.stringify(import.meta.filename)}); out.push('read') } catch (e) { out.push(e.code) }
      try { require('child_process').execFileSync('/bin/true'); out.push('ran') } catch (e) { out.push(e.code) }
      require('net').connect(9, '127.0.0.1').on('error', (e) => console.error(out.concat(e.code).join()))`
    const child = startProcess(node(script, { containment: 'lifeline' }))
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await child.exited
    expect(said.trim().split('\n').at(-1)).toBe('ERR_ACCESS_DENIED,ERR_ACCESS_DENIED,ERR_ACCESS_DENIED')
    expect(child.containment.layers).toEqual(expect.arrayContaining(['node-permission', 'no-network']))
  })

  it('says that the network is open when it was granted one', async () => {
    const child = startProcess(node('', { containment: 'lifeline', network: 'host' }))
    expect(child.containment.missing.join(' ')).toContain('network of this process is not filtered')
    await child.exited
  })
})

describe('breach of a stdio server [H4]', () => {
  it('is told to its callers with limit and value, and the upstream shows containment and usage', async () => {
    const server = `
      const answer = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n')
      require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const { id, method } = JSON.parse(line)
        if (method === 'initialize') answer(id, { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } })
        else if (method === 'tools/list') answer(id, { tools: [] })
        else if (method === 'tools/call') { ${greedy} }
      })`
    await using upstream = openProcessUpstream({
      identity: { id: 'i', installationId: 'i', pluginId: 'a/b', workspaceId: 'w', label: 'l' },
      start: async () => startProcess(node(server, { limits: { ...generous, memoryMb: 200 } })),
    })
    const signal = new AbortController().signal
    expect(upstream.process?.()).toBeUndefined()
    await upstream.catalog(signal)
    expect(upstream.process?.()).toMatchObject({
      containment: { layers: expect.arrayContaining(['clean-environment']) },
    })
    const principal = { id: 'user:1', displayName: 'Ada' }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a process hears nothing of the principal
    const request = {
      method: 'tools/call',
      params: { name: 'x' },
      requestId: 'r',
      principal,
      signal,
    } as unknown as Parameters<typeof upstream.request>[0]
    await expect(upstream.request(request)).rejects.toMatchObject({
      code: 'SANDBOX_MEMORY',
      details: { limit: 'memoryMb', value: 200 },
    })
  })
})
