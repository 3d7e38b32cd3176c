import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectLegacy, textOf } from '../../runtime/gateway/sdk-clients.ts'
import { type Stranger, openStranger } from './stranger.ts'

/** Echoes with its version, after a while. */
const slow = (version: string, waitMs: number) => `export default { activate({ tools }) {
  tools.handle('echo', async ({ text }) => {
    await new Promise((resume) => setTimeout(resume, ${waitMs}))
    return '${version}: ' + text
  })
} }
`

let stranger: Stranger

beforeAll(async () => {
  stranger = await openStranger()
  await stranger.nexus('publisher', 'create', 'acme', '--name', 'Acme')
  for (const [version, waitMs] of [
    ['1.0.0', 2_000],
    ['1.1.0', 0],
    ['1.2.0', 0],
  ] as const) {
    const path = join(stranger.folder, `echo-${version}.tgz`)
    await writeFile(path, await stranger.pack(version, {}, { 'dist/index.js': slow(version, waitMs) }))
    const published = await stranger.nexus('plugin', 'publish', path, '--publisher', 'acme')
    if (published.code !== 0) throw new Error(published.stderr)
  }
  const installed = await stranger.nexus('plugin', 'install', 'acme/echo@1.0.0', '--yes')
  if (installed.code !== 0) throw new Error(installed.stderr)
}, 120_000)
afterAll(() => stranger[Symbol.asyncDispose]())

const update = async (version: string): Promise<void> => {
  const { code, stderr } = await stranger.nexus('plugin', 'update', `acme/echo@${version}`, '--yes')
  if (code !== 0) throw new Error(stderr)
}

describe('an update under sessions that keep state [H7]', () => {
  it('lets a legacy session live on, and its call in flight end where it began', async () => {
    const host = stranger.host()
    const client = await connectLegacy(host.ready.mcpUrl, await host.token())
    const [{ name } = { name: '' }] = (await client.listTools()).tools
    const call = (text: string) => client.callTool({ name, arguments: { text } })
    const inFlight = call('before')
    await update('1.1.0')
    expect(textOf(await inFlight)).toBe('1.0.0: before')
    expect(textOf(await call('after'))).toBe('1.1.0: after')
    expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual([name])
    await client.close()
  }, 90_000)

  it('carries a call that waits for a person over to the new release', async () => {
    const host = stranger.host()
    const rule = await host.api('POST', '/api/v1/policies', {
      role: '*',
      plugin: 'acme/echo',
      tool: 'echo',
      effect: 'ask',
      approval: { approvers: { roles: [], users: [] }, expiresSeconds: 600, selfApproval: true },
    })
    expect(rule.status).toBe(201)
    const client = await connectLegacy(host.ready.mcpUrl, await host.token())
    const [{ name } = { name: '' }] = (await client.listTools()).tools
    const parked = client.callTool({ name, arguments: { text: 'parked' } }, undefined, { timeout: 60_000 })
    const waiting = async () =>
      (await host.api('GET', '/api/v1/approvals')).body.items.find(
        (item: { state: string }) => item.state === 'pending',
      )
    await expect.poll(waiting, { timeout: 20_000 }).toBeDefined()
    await update('1.2.0')
    const { id } = await waiting()
    expect((await host.api('POST', `/api/v1/approvals/${id}/decision`, { verdict: 'approve' })).status).toBe(200)
    expect(textOf(await parked)).toBe('1.2.0: parked')
    await client.close()
  }, 90_000)
})
