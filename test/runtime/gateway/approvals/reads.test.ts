import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { approve, askAbout, type Node, openShared, PEOPLE, pending, request, type Shared, startNode } from './host.ts'

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

const URI = 'wild://cancelled'
const read = (change = {}) => request(node, 'resources/read', { uri: URI, ...change }, { elicitation: { url: {} } })
const prompt = () => request(node, 'prompts/get', { name: 'greet', arguments: { who: 'Ada' } })
const rule = (change: object) =>
  node.policy.rules.create(PEOPLE.bob, { role: '*', plugin: '*', tool: '*', effect: 'deny', ...change }, 'r')

describe('reading resources and prompts [I5]', () => {
  it('is denied by a rule about them, and they are not listed', async () => {
    expect((await read()).result).toBeDefined()
    await rule({ kind: 'resource', tool: 'wild://*' })
    await rule({ kind: 'prompt', tool: 'greet' })
    const denied = await read()
    expect(denied.error?.data).toMatchObject({ code: 'POLICY_DENIED', matched: [expect.stringMatching(/^rule:/)] })
    expect((await prompt()).error?.data).toMatchObject({ code: 'POLICY_DENIED' })
    expect((await request(node, 'resources/list', {})).result?.['resources']).toEqual([])
    expect((await request(node, 'prompts/list', {})).result?.['prompts']).toEqual([])
    const reference = { ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'who', value: '' } }
    expect((await request(node, 'completion/complete', reference)).error?.data).toMatchObject({
      code: 'PROMPT_UNKNOWN',
    })
    expect(node.events.map(({ action }) => action)).toContain('resource.denied')
    expect(node.events.map(({ action }) => action)).toContain('prompt.denied')
  })

  it('passes the policies of a result, as a tool call does', async () => {
    const seen: unknown[] = []
    node.policy.addPack({
      installationId: 'i-guard',
      pluginId: 'acme/guard',
      workspaceId: PEOPLE.bob.workspaceId,
      policies: [{ name: 'mask', stage: 'result' }],
      ask(_name, event) {
        const { kind, tool, result } = JSON.parse(event)
        seen.push([kind, tool])
        const masked = JSON.parse(JSON.stringify(result).replaceAll('Hello', '[masked]'))
        return Promise.resolve(JSON.stringify({ effect: 'redact', result: masked, reason: 'masked' }))
      },
    })
    await read()
    expect(JSON.stringify((await prompt()).result)).toContain('[masked]')
    expect(seen).toEqual([
      ['resource', `nexus/wild:${URI}`],
      ['prompt', 'nexus/wild:greet'],
    ])
  })

  it('may wait for approval, and is answered once', async () => {
    await askAbout(node, { kind: 'resource' })
    const { result } = await read()
    expect(result).toMatchObject({ resultType: 'input_required' })
    const waiting = await pending(node)
    expect(waiting.subject).toMatchObject({ kind: 'resource', name: URI })
    await approve(node, waiting.id)
    const done = await read({ requestState: result?.['requestState'] })
    expect(done.result).toMatchObject({ contents: [{ uri: URI }] })
    expect((await read()).result).toMatchObject({ resultType: 'input_required' })
  })
})
