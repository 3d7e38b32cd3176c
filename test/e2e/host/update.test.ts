import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connectModern, textOf } from '../../runtime/gateway/sdk-clients.ts'
import { bin } from '../../runtime/cli/run-nexus.ts'
import { type Stranger, openStranger } from './stranger.ts'

const FAILING = `export default { activate({ tools }) {
  tools.handle('echo', () => { throw new Error('not today') })
} }
`
const BROKEN = `export default { activate() { throw new Error('no luck') } }\n`

let stranger: Stranger

async function publish(version: string, code?: string): Promise<void> {
  const bundle = await stranger.pack(version, {}, code === undefined ? {} : { 'dist/index.js': code })
  const path = join(stranger.folder, `echo-${version}.tgz`)
  await writeFile(path, bundle)
  const published = await stranger.nexus('plugin', 'publish', path, '--publisher', 'acme')
  if (published.code !== 0) throw new Error(published.stderr)
}

async function status() {
  const { stdout } = await stranger.nexus('plugin', 'status', 'acme/echo', '--json')
  return JSON.parse(stdout)
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    if (await condition()) return
    await new Promise((resume) => setTimeout(resume, 100))
  }
  throw new Error('Expected it to happen within a minute.')
}

beforeAll(async () => {
  stranger = await openStranger({ NEXUS_DEVELOPER_MODE: '1' })
  await stranger.nexus('publisher', 'create', 'acme', '--name', 'Acme')
  for (const [version, code] of [['1.0.0'], ['1.1.0'], ['1.2.0', BROKEN], ['1.3.0', FAILING]] as const)
    await publish(version, code)
  const installed = await stranger.nexus('plugin', 'install', 'acme/echo@1.0.0', '--yes')
  if (installed.code !== 0) throw new Error(installed.stderr)
}, 120_000)
afterAll(() => stranger[Symbol.asyncDispose]())

describe('updates on a running host [H7]', () => {
  it('swap a release while a client is connected, whose session lives on', async () => {
    const host = stranger.host()
    const client = await connectModern(host.ready.mcpUrl, await host.token())
    const [{ name } = { name: '' }] = (await client.listTools()).tools
    const call = async () => textOf(await client.callTool({ name, arguments: { text: 'hi' } }))
    expect(await call()).toBe('hi')
    const updated = await stranger.nexus('plugin', 'update', 'acme/echo@1.1.0', '--yes')
    expect([updated.code, updated.stdout]).toEqual([0, expect.stringContaining('Updated acme/echo to 1.1.0: active.')])
    expect(await call()).toBe('hi')
    expect(await status()).toMatchObject({ version: '1.1.0', swap: { phase: 'probation', fromVersion: '1.0.0' } })
    await client.close()
  }, 60_000)

  it('keep the release that runs when the other one does not start', async () => {
    const updated = await stranger.nexus('plugin', 'update', 'acme/echo@1.2.0', '--yes')
    expect(updated.code).not.toBe(0)
    expect(updated.stderr).toContain('no luck')
    expect(await status()).toMatchObject({ version: '1.1.0', state: 'active', swap: { phase: 'rolled-back' } })
  }, 60_000)

  it('go back by themselves when calls fail afterwards, and say why in state, log and audit', async () => {
    const host = stranger.host()
    const client = await connectModern(host.ready.mcpUrl, await host.token())
    const [{ name } = { name: '' }] = (await client.listTools()).tools
    expect((await stranger.nexus('plugin', 'update', 'acme/echo@1.3.0', '--yes')).code).toBe(0)
    for (let turn = 0; turn < 6; turn += 1)
      await client.callTool({ name, arguments: { text: 'x' } }).catch(() => undefined)
    await until(async () => (await status()).swap.phase === 'rolled-back')
    expect(textOf(await client.callTool({ name, arguments: { text: 'back' } }))).toBe('back')
    const logs = (await stranger.nexus('plugin', 'logs', 'acme/echo')).stdout
    expect(logs).toContain('1.3.0 (from 1.1.0) was rolled back')
    expect(logs).toContain('tool echo failed: Error: not today')
    const { body } = await host.api('GET', '/api/v1/audit')
    expect(JSON.stringify(body.items)).toContain('plugin.rolled-back')
    await client.close()
  }, 90_000)
})

describe('a host that is killed in an update [H7]', () => {
  it.each([0, 60, 250, 600])(
    'starts with the one side or the other (killed after %i ms)',
    async (waitMs) => {
      const target = (await status()).version === '1.1.0' ? '1.0.0' : '1.1.0'
      const { items } = (await stranger.host().api('GET', '/api/v1/installations')).body
      const path = `/api/v1/installations/${items[0].id}/update`
      const { body } = await stranger.host().api('POST', `${path}/plan`, { version: target })
      await stranger.host().api('POST', path, { version: target, consentDigest: body.consentDigest })
      await new Promise((resume) => setTimeout(resume, waitMs))
      await stranger.host().stop('SIGKILL')
      await stranger.restart(async () => undefined)
      const found = await status()
      expect(['1.0.0', '1.1.0']).toContain(found.version)
      expect(found.state).toBe('active')
      const client = await connectModern(stranger.host().ready.mcpUrl, await stranger.host().token())
      const [{ name } = { name: '' }] = (await client.listTools()).tools
      expect(textOf(await client.callTool({ name, arguments: { text: 'alive' } }))).toBe('alive')
      await client.close()
    },
    120_000,
  )
})

describe('developer mode on a running host [R3]', () => {
  it('opens a plugin for a debugger and takes it back', async () => {
    const opened = await stranger.nexus('plugin', 'inspect', 'acme/echo', '--json')
    expect(opened.code).toBe(0)
    const { webSocketUrl, devtoolsUrl } = JSON.parse(opened.stdout)
    expect(devtoolsUrl).toMatch(/^devtools:\/\//)
    const socket = new WebSocket(webSocketUrl)
    await once(socket, 'open')
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: '40 + 2' } }))
    const [data] = await once(socket, 'message')
    expect(JSON.parse(String(data)).result.result.value).toBe(42)
    const ended = once(socket, 'close')
    expect((await stranger.nexus('plugin', 'inspect', 'acme/echo', '--end')).code).toBe(0)
    await ended
    expect((await status()).state).toBe('active')
  }, 90_000)

  it('is told by the doctor', async () => {
    const { body } = await stranger.host().api('GET', '/api/v1/doctor')
    const line = body.items.find(({ name }: { name: string }) => name === 'Developer mode')
    expect(line).toMatchObject({ state: 'warning' })
  }, 60_000)
})

describe('the log on a running host [R3]', () => {
  it('is followed from the command line until it is stopped', async () => {
    const child = spawn(process.execPath, [bin, 'plugin', 'logs', 'acme/echo', '--follow'], {
      env: { PATH: process.env['PATH'], NEXUS_DATA: stranger.dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let seen = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text))
    await until(async () => seen.includes('The plugin is active'))
    const before = seen.length
    const { items } = (await stranger.host().api('GET', '/api/v1/installations')).body
    await stranger.host().api('POST', `/api/v1/installations/${items[0].id}/restart`)
    await until(async () => seen.slice(before).includes('The plugin is active'))
    child.kill()
    await once(child, 'exit')
  }, 90_000)
})
