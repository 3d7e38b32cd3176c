import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectModern } from '../../runtime/gateway/sdk-clients.ts'
import { type Stranger, openStranger } from './stranger.ts'

const reason = { en: 'Counts what happens.', de: 'Zählt, was geschieht.' }
const permissions = {
  tools: [{ tool: 'acme/echo:echo', reason }],
  events: [
    { event: 'tool.called', direction: 'subscribe', reason },
    { event: 'acme.echo.counted', direction: 'emit', reason },
  ],
  schedules: [
    { name: 'sum-up', cron: '0 3 * * *', timeZone: 'Europe/Berlin', reason },
    { name: 'count', cron: '* * * * *', reason },
  ],
}
const CODE = `export default { activate({ events, schedule, tools }) {
  let calls = 0
  tools.handle('echo', ({ text }) => text)
  events.on('tool.called', async () => { calls += 1; await events.emit('acme.echo.counted', { calls }) })
  schedule.handle('count', () => undefined)
  schedule.handle('sum-up', () => undefined)
} }`

let stranger: Stranger
let id = ''
const background = async () => (await stranger.host().api('GET', `/api/v1/installations/${id}/background`)).body

beforeAll(async () => {
  stranger = await openStranger()
  await stranger.nexus('publisher', 'create', 'acme', '--name', 'Acme')
  await stranger.publish(await stranger.pack('1.1.0', { permissions }, { 'dist/index.js': CODE }))
})
afterAll(() => stranger[Symbol.asyncDispose]())

describe('a plugin that works by itself, on a running host [H5]', () => {
  it('says before it is installed when it would run and what it would hear', async () => {
    const plan = await stranger.host().api('POST', '/api/v1/installations/plan', { pluginId: 'acme/echo' })
    const asked = plan.body.permissions.map(({ family, targets }: Record<string, unknown>) => [family, targets])
    expect(asked).toEqual([
      ['tools', ['acme/echo:echo']],
      ['events', ['subscribe tool.called']],
      ['events', ['emit acme.echo.counted']],
      ['schedules', ['sum-up: 0 3 * * * (Europe/Berlin)']],
      ['schedules', ['count: * * * * * (UTC)']],
    ])
  })

  it('shows its schedules and events, and hears of calls', async () => {
    const host = stranger.host()
    id = await host.install('acme/echo')
    expect(await background()).toMatchObject({
      schedules: [
        { name: 'sum-up', timeZone: 'Europe/Berlin', nextRunAt: expect.any(String), runs: 0, reason: reason.en },
        { name: 'count', timeZone: 'UTC', nextRunAt: expect.any(String) },
      ],
      events: { hears: ['tool.called'], sends: ['acme.echo.counted'], dropped: 0 },
    })
    const client = await connectModern(host.ready.mcpUrl, await host.token())
    await client.callTool({ name: 'echo', arguments: { text: 'hi' } })
    await client.close()
    await expect
      .poll(async () => (await background()).events, { timeout: 20_000 })
      .toMatchObject({ delivered: 1, sent: 1 })
  })

  it('pauses while it is disabled and goes on afterwards, over a restart of the host', async () => {
    const change = (enabled: boolean) => stranger.host().api('PATCH', `/api/v1/installations/${id}`, { enabled })
    await change(false)
    expect((await background()).schedules[0]).not.toHaveProperty('nextRunAt')
    await change(true)
    expect((await background()).schedules[0]).toHaveProperty('nextRunAt')
    await stranger.restart(async () => undefined)
    await expect.poll(async () => (await background()).schedules[0], { timeout: 20_000 }).toHaveProperty('nextRunAt')
  })
})
