// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is checked by the test that asked for it
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectLegacy, textOf } from '../sdk-clients.ts'
import {
  approve,
  askAbout,
  calls,
  deny,
  type Node,
  openShared,
  pending,
  type Shared,
  startNode,
  untilPending,
} from './host.ts'

let shared: Shared
let node: Node
beforeEach(async () => {
  shared = await openShared()
  node = await startNode(shared)
})
afterEach(async () => {
  await node[Symbol.asyncDispose]()
  await shared.store[Symbol.asyncDispose]()
})

const ECHO = { name: 'echo', arguments: { id: 7 } }
const connect = (capabilities = {}, on = node) => connectLegacy(`${on.url}/mcp`, 'alice', capabilities)
const failure = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: { data?: Record<string, unknown> }) => error.data,
  )

describe('a legacy client whose call needs approval [G9]', () => {
  it('is asked within the call, where the rule lets callers approve', async () => {
    await askAbout(node, {}, true)
    const client = await connect({ elicitation: {} })
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept' as const, content: { approve: true } }))
    expect(textOf(await client.callTool(ECHO))).toBe('{"id":7}')
    await client.close()
  })

  it('does not run what its person declined', async () => {
    await askAbout(node, {}, true)
    const client = await connect({ elicitation: {} })
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' as const }))
    expect(await failure(client.callTool(ECHO))).toMatchObject({ code: 'APPROVAL_DENIED' })
    expect(calls(node)).toEqual([])
    await client.close()
  })

  it('goes on when somebody in the queue is faster than its person', async () => {
    await askAbout(node, {}, true)
    await using patient = await startNode(shared, { queueMs: 20_000 })
    const client = await connect({ elicitation: {} }, patient)
    const withdrawn = Promise.withResolvers<void>()
    client.setRequestHandler(ElicitRequestSchema, (_request, { signal }) => {
      signal.addEventListener('abort', () => withdrawn.resolve())
      return new Promise<never>(() => undefined)
    })
    const call = client.callTool(ECHO)
    await approve(node, (await untilPending(node)).id)
    expect(textOf(await call)).toBe('{"id":7}')
    await withdrawn.promise
    await client.close()
  })

  it('waits in the queue when its person could not be asked', async () => {
    await askAbout(node, {}, true)
    await using patient = await startNode(shared, { queueMs: 20_000 })
    const client = await connect({ elicitation: {} }, patient)
    client.setRequestHandler(ElicitRequestSchema, () => Promise.reject(new Error('no window')))
    const call = client.callTool(ECHO)
    await approve(node, (await untilPending(node)).id)
    expect(textOf(await call)).toBe('{"id":7}')
    await client.close()
  })

  it('waits in the queue as long as clients do, then is told where to have it approved', async () => {
    await askAbout(node)
    const client = await connect()
    const told = await failure(client.callTool(ECHO))
    const { id } = await pending(node)
    expect(told).toMatchObject({ code: 'APPROVAL_REQUIRED', approvalId: id, url: `${node.url}/approvals/${id}` })
    await approve(node, id)
    expect(textOf(await client.callTool(ECHO))).toBe('{"id":7}')
    expect(await failure(client.callTool(ECHO))).toMatchObject({ code: 'APPROVAL_REQUIRED' })
    expect(calls(node)).toHaveLength(1)
    await client.close()
  })

  it('hears of progress while it waits, and gets its result when somebody approves', async () => {
    await askAbout(node)
    const client = await connect()
    const heard: (string | undefined)[] = []
    const call = client.callTool(ECHO, undefined, {
      onprogress: ({ message }) => void heard.push(message),
      resetTimeoutOnProgress: true,
    })
    const { id } = await untilPending(node)
    while (heard.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(heard[0]).toContain(`/approvals/${id}`)
    await approve(node, id)
    expect(textOf(await call)).toBe('{"id":7}')
    await client.close()
  })

  it('hears at once of a decision on another node', async () => {
    await askAbout(node)
    await using other = await startNode(shared, { queueMs: 20_000 })
    const client = await connect({}, other)
    const call = failure(client.callTool(ECHO))
    await deny(node, (await untilPending(node)).id, 'no')
    expect(await call).toMatchObject({ code: 'APPROVAL_DENIED', note: 'no' })
    await client.close()
  })

  it('that calls twice at once runs once for each approval', async () => {
    await askAbout(node)
    await using patient = await startNode(shared, { queueMs: 20_000 })
    const client = await connect({}, patient)
    const both = [client.callTool(ECHO), client.callTool(ECHO)]
    const first = await untilPending(node)
    await approve(node, first.id)
    await Promise.race(both)
    expect(calls(patient)).toHaveLength(1)
    const second = await untilPending(node)
    expect(second.id).not.toBe(first.id)
    await approve(node, second.id)
    await Promise.all(both)
    expect(calls(patient)).toHaveLength(2)
    await client.close()
  })

  it('leaves its request in the queue when it goes away', async () => {
    await askAbout(node)
    await using patient = await startNode(shared, { queueMs: 20_000 })
    const client = await connect({}, patient)
    const controller = new AbortController()
    const call = client.callTool(ECHO, undefined, { signal: controller.signal }).catch(() => 'gone')
    const { id } = await untilPending(node)
    controller.abort()
    expect(await call).toBe('gone')
    await approve(node, id)
    expect(textOf(await client.callTool(ECHO))).toBe('{"id":7}')
    expect(calls(patient)).toHaveLength(1)
    await client.close()
  })
})
