import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectModern, textOf } from '../../runtime/gateway/sdk-clients.ts'
import { type Stranger, openStranger } from './stranger.ts'

/** Answers with what it is given, or spins for as long as it is let. */
const CODE = `export default { activate({ tools }) {
  tools.handle('echo', ({ text }) => { if (text === 'spin') for (;;); return text })
} }`

let stranger: Stranger
let id: string
let token: string
beforeAll(async () => {
  stranger = await openStranger()
  await stranger.nexus('publisher', 'create', 'acme', '--name', 'Acme')
  const limits = { cpuMsPerCall: 100 }
  const bundle = await stranger.pack('1.0.1', { sandbox: { limits } }, { 'dist/index.js': CODE })
  const path = join(stranger.folder, 'spinner.tgz')
  await writeFile(path, bundle)
  const published = await stranger.nexus('plugin', 'publish', path, '--publisher', 'acme')
  if (published.code !== 0) throw new Error(published.stderr)
  id = await stranger.host().install('acme/echo')
  token = await stranger.host().token()
}, 120_000)
afterAll(() => stranger[Symbol.asyncDispose]())

const echo = async (text: string): Promise<string> => {
  const client = await connectModern(stranger.host().ready.mcpUrl, token)
  try {
    return textOf(await client.callTool({ name: 'echo', arguments: { text } }))
  } finally {
    await client.close()
  }
}
const api = async (path: string) => (await stranger.host().api('GET', `/api/v1/installations/${id}${path}`)).body

describe('a plugin that crosses its limits on a real host [H9]', () => {
  it('is put into quarantine, and its tools say why they do not answer', async () => {
    expect(await echo('hello')).toBe('hello')
    for (let count = 0; count < 5; count += 1) {
      // In between the host starts it again, later each time.
      await expect.poll(async () => (await api('')).state, { timeout: 30_000, interval: 200 }).toBe('active')
      await expect(echo('spin')).rejects.toMatchObject({ data: { code: 'SANDBOX_CPU', limit: 'cpuMsPerCall' } })
    }
    await expect.poll(async () => (await api('')).state, { timeout: 20_000 }).toBe('quarantined')
    expect((await api('')).stateReason).toMatchObject({
      code: 'PLUGIN_BREACHES',
      message: expect.stringContaining('cpuMsPerCall (100)'),
    })
    await expect(echo('hello')).rejects.toMatchObject({ data: { code: 'PLUGIN_QUARANTINED' } })
  }, 120_000)

  it('stays so after a restart of the host, with what was measured', async () => {
    await stranger.restart(() => Promise.resolve())
    token = await stranger.host().token()
    expect((await api('')).state).toBe('quarantined')
    await expect(echo('hello')).rejects.toMatchObject({ data: { code: 'PLUGIN_QUARANTINED' } })
    const usage = await api('/usage?range=day')
    expect(usage.totals.calls).toBeGreaterThanOrEqual(6)
    expect(usage.breachesByLimit).toMatchObject([{ code: 'SANDBOX_CPU', limit: 'cpuMsPerCall', value: 100 }])
    expect((await api('/limits')).limits).toContainEqual(
      expect.objectContaining({ name: 'cpuMsPerCall', manifest: 100, effective: 100, source: 'manifest' }),
    )
  }, 60_000)

  it('serves again once it is released', async () => {
    expect(await stranger.nexus('plugin', 'release', 'acme/echo')).toMatchObject({ code: 0 })
    expect(await echo('back')).toBe('back')
  }, 60_000)
})
