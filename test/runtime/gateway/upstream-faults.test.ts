import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startLegacyServer, startModernServer } from '../../fixtures/mcp/sdk-http.ts'
import { processUpstream, remoteUpstream, type RunningGateway, startGateway, WILD } from './harness.ts'
import { connectLegacy, connectModern, textOf } from './sdk-clients.ts'
import { modern } from './wire.ts'

describe('upstreams that misbehave [G3]', () => {
  let nexus: RunningGateway
  const started: number[] = []

  beforeEach(async () => {
    started.length = 0
    nexus = await startGateway()
    nexus.add(processUpstream('wild', WILD, [], started))
    nexus.add(processUpstream('calm', WILD))
  })
  afterEach(() => nexus[Symbol.asyncDispose]())

  it('a process that dies in a call fails that call with a code, comes back by itself, and costs a neighbour nothing', async () => {
    const client = await connectLegacy(`${nexus.url}/mcp`)
    const before = textOf(await client.callTool({ name: 'wild__pid' }))
    const neighbour = client.callTool({ name: 'calm__echo', arguments: { a: 1 } })
    await expect(client.callTool({ name: 'wild__die' })).rejects.toMatchObject({
      code: -32014,
      data: { code: 'UPSTREAM_DIED' },
    })
    expect(textOf(await neighbour)).toBe('{"a":1}')
    const after = textOf(await client.callTool({ name: 'wild__pid' }))
    expect(after).not.toBe(before)
    expect(started).toHaveLength(2)
    await client.close()
  })

  it('calls that meet while a process is away start exactly one new process', async () => {
    const client = await connectModern(`${nexus.url}/mcp`)
    await client.callTool({ name: 'wild__pid' })
    await client.callTool({ name: 'wild__die' }).catch(() => undefined)
    const pids = await Promise.all(
      Array.from({ length: 20 }, () => client.callTool({ name: 'wild__pid' }).then(textOf)),
    )
    expect(new Set(pids).size).toBe(1)
    expect(started).toHaveLength(2)
    await client.close()
  })

  it('lines that are no messages are skipped and the answer still arrives', async () => {
    const client = await connectLegacy(`${nexus.url}/mcp`)
    expect(textOf(await client.callTool({ name: 'wild__garbage' }))).toBe('still here')
    await client.close()
  })

  it('a line of 10 MB fails its own call only', async () => {
    const client = await connectLegacy(`${nexus.url}/mcp`)
    const huge = client.callTool({ name: 'wild__huge' })
    await expect(huge).rejects.toMatchObject({ data: { code: 'UPSTREAM_TOO_LARGE' } })
    expect(textOf(await client.callTool({ name: 'wild__echo', arguments: {} }))).toBe('{}')
    expect(started).toHaveLength(1)
    await client.close()
  })

  it('a call that hangs is cancelled upstream when a legacy client cancels it', async () => {
    const client = await connectLegacy(`${nexus.url}/mcp`)
    const controller = new AbortController()
    const hanging = client.callTool({ name: 'calm__hang' }, undefined, { signal: controller.signal })
    await client.callTool({ name: 'calm__pid' })
    controller.abort()
    await expect(hanging).rejects.toThrow()
    await expect
      .poll(async () => JSON.stringify((await client.readResource({ uri: 'wild://cancelled' })).contents))
      .toMatch(/\[\d+\]/)
    await client.close()
  })

  it('a call that hangs is cancelled upstream when a modern client closes the connection', async () => {
    const client = await connectModern(`${nexus.url}/mcp`)
    const controller = new AbortController()
    const hanging = modern(nexus, 'tools/call', { name: 'calm__hang', arguments: {} }, { signal: controller.signal })
    await client.callTool({ name: 'calm__pid' })
    controller.abort()
    await expect(hanging).rejects.toThrow()
    await expect
      .poll(async () => JSON.stringify((await client.readResource({ uri: 'wild://cancelled' })).contents))
      .toMatch(/\[\d+\]/)
    await client.close()
  })

  for (const [era, start] of [
    ['legacy', startLegacyServer],
    ['modern', startModernServer],
  ] as const) {
    it(`a ${era} remote server that goes away and returns is used again in old sessions`, async () => {
      const first = await start()
      nexus.add(remoteUpstream('far', first.url))
      const client = await connectLegacy(`${nexus.url}/mcp`)
      expect(textOf(await client.callTool({ name: 'add', arguments: { a: 1, b: 1 } }))).toBe('2')
      await first[Symbol.asyncDispose]()
      await expect(client.callTool({ name: 'add', arguments: { a: 1, b: 1 } })).rejects.toMatchObject({
        data: { code: expect.stringMatching(/^UPSTREAM_/) },
      })
      expect(textOf(await client.callTool({ name: 'calm__echo', arguments: {} }))).toBe('{}')
      await using second = await start(first.port)
      expect(second.port).toBe(first.port)
      await expect
        .poll(async () => client.callTool({ name: 'add', arguments: { a: 2, b: 2 } }).then(textOf, () => ''), {
          timeout: 10_000,
        })
        .toBe('4')
      await client.close()
    })
  }

  it('an upstream that cannot start is shown with its error and hides no other', async () => {
    const broken = nexus.add(processUpstream('broken', 'test/fixtures/mcp/there-is-no-such-file.ts'))
    const client = await connectLegacy(`${nexus.url}/mcp`)
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('calm__echo')
    expect(broken.state()).toBe('failed')
    expect(broken.lastError()?.code).toBe('UPSTREAM_DIED')
    const view = await nexus.gateway.defaultView('workspace-1')
    expect(view.problems.map(({ code }) => code)).toContain('UPSTREAM_UNREACHABLE')
    await client.close()
  })
})
