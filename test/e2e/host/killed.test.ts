import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RunningHost, startTestHost } from '../../helpers/host.ts'

const server = resolve(
  import.meta.dirname,
  '../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js',
)
const modules = resolve(import.meta.dirname, '../../../node_modules')

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nexus-killed-'))
})

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true })
})

async function connect(host: RunningHost, token: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(host.ready.mcpUrl), { requestInit }))
  return client
}

/** Processes whose command line holds the mark, this one's own excepted. */
function processesWith(mark: string): readonly string[] {
  const listed = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n')
  return listed.filter((line) => line.includes(mark) && !line.includes('ps -eo'))
}

async function until(condition: () => boolean, ms: number): Promise<boolean> {
  const end = Date.now() + ms
  while (!condition() && Date.now() < end) await new Promise((resume) => setTimeout(resume, 50))
  return condition()
}

describe('a host killed in the middle of a call [H4, G3, O9, O1]', () => {
  it('leaves no process behind and works again after a restart, with names and tokens as they were', async () => {
    const mark = `mark-${Math.random().toString(36).slice(2)}`
    const first = await startTestHost({ dataDir })
    const token = await first.token()
    await first.install('nexus/stdio', { command: 'node', args: [server, 'stdio', mark], readFolders: [modules] })
    const client = await connect(first, token)
    const names = (await client.listTools()).tools.map((tool) => tool.name)
    const slow = names.find((name) => name.endsWith('trigger-long-running-operation')) ?? ''
    const call = client.callTool({ name: slow, arguments: { duration: 30, steps: 3 } }).then(
      () => 'answered',
      () => 'failed',
    )
    expect(processesWith(mark).length).toBeGreaterThan(0)
    await new Promise((resume) => setTimeout(resume, 300))
    await first.stop('SIGKILL')
    expect(await call).toBe('failed')
    expect(await until(() => processesWith(mark).length === 0, 5_000)).toBe(true)
    expect(await until(() => processesWith(`${dataDir}/cache`).length === 0, 5_000)).toBe(true)

    await using second = await startTestHost({ dataDir })
    const again = await connect(second, token)
    expect((await again.listTools()).tools.map((tool) => tool.name)).toEqual(names)
    const echo = names.find((name) => name.endsWith('echo')) ?? ''
    expect(JSON.stringify(await again.callTool({ name: echo, arguments: { message: 'back' } }))).toContain('back')
    await again.close()
  })
})
