// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is checked by the test that asked for it
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectModern, textOf } from '../sdk-clients.ts'
import {
  approve,
  askAbout,
  calls,
  deny,
  type Json,
  type Node,
  openShared,
  PEOPLE,
  pending,
  request,
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

const URL_MODE = { elicitation: { url: {} } }
const echo = (change: Json = {}, options: Json = URL_MODE, on = node) =>
  request(on, 'tools/call', { name: 'echo', arguments: { id: 7 }, ...change }, options)

describe('a modern client whose call needs approval [G9]', () => {
  it('is sent to the queue, told to wait, and answered once somebody approved', async () => {
    const rule = await askAbout(node)
    const { result } = await echo()
    const { id } = await pending(node)
    const url = `${node.url}/approvals/${id}`
    expect(result).toMatchObject({
      resultType: 'input_required',
      inputRequests: { nexus_approval: { method: 'elicitation/create', params: { mode: 'url', url } } },
    })
    const again = await echo({
      requestState: result?.['requestState'],
      inputResponses: { nexus_approval: { action: 'accept' } },
    })
    expect(again.result).toMatchObject({ resultType: 'input_required' })
    expect(again.result?.['inputRequests']).toBeUndefined()
    await approve(node, id, 'Go on.')
    const done = await echo({ requestState: again.result?.['requestState'] })
    expect(textOf(done.result)).toBe('{"id":7}')
    expect(node.events.map(({ action, actor }) => [action, actor]).slice(1)).toEqual([
      ['approval.requested', 'token:alice'],
      ['approval.granted', 'token:bob'],
      ['approval.used', 'token:alice'],
      ['tool.called', 'token:alice'],
    ])
    const granted = node.events.find(({ action }) => action === 'approval.granted')
    expect(granted?.details).toMatchObject({ approval: id, note: 'Go on.', rules: `rule:${rule.id}` })
    expect(calls(node)[0]?.details).toMatchObject({ rule: `approval:${id}` })
  })

  it('may be asked itself, where the rule lets callers approve', async () => {
    await askAbout(node, {}, true)
    const client = await connectModern(`${node.url}/mcp`, 'alice', { elicitation: { form: {} } })
    const asked: Json[] = []
    client.setRequestHandler('elicitation/create', ({ params }) => {
      asked.push(params)
      return { action: 'accept' as const, content: { approve: true, note: 'mine' } }
    })
    expect(textOf(await client.callTool({ name: 'echo', arguments: { id: 7 } }))).toBe('{"id":7}')
    expect(asked).toHaveLength(1)
    expect(asked[0]?.['message']).toContain('"id": 7')
    expect(asked[0]).toMatchObject({ requestedSchema: { required: ['approve'] } })
    await client.close()
    expect(node.events.find(({ action }) => action === 'approval.granted')).toMatchObject({
      actor: 'token:alice',
      details: { note: 'mine' },
    })
  })

  it.each([
    [{ action: 'decline' }, 'APPROVAL_DENIED'],
    [{ action: 'accept', content: { approve: false } }, 'APPROVAL_DENIED'],
    [{ action: 'cancel' }, 'APPROVAL_REQUIRED'],
    [{ action: 'accept', content: {} }, 'APPROVAL_REQUIRED'],
  ])('does not run after %j', async (response, code) => {
    await askAbout(node, {}, true)
    const form = { elicitation: { form: {} } }
    const { result } = await echo({}, form)
    const requestState = result?.['requestState']
    const { error } = await echo({ requestState, inputResponses: { nexus_approval: response } }, form)
    expect(error?.data).toMatchObject({ code })
    expect(calls(node)).toEqual([])
  })

  it('that cannot show a URL is given a notice with the address, and stops waiting when it declines', async () => {
    await askAbout(node)
    const form = { elicitation: { form: {} } }
    const { result } = await echo({}, form)
    const { id } = await pending(node)
    expect(JSON.stringify(result?.['inputRequests'])).toContain(`/approvals/${id}`)
    const declined = await echo(
      { requestState: result?.['requestState'], inputResponses: { nexus_approval: { action: 'decline' } } },
      form,
    )
    expect(declined.error?.data).toMatchObject({ code: 'APPROVAL_REQUIRED', approvalId: id })
    expect(await pending(node)).toMatchObject({ id })
  })

  it('that cannot be asked at all waits in the queue', async () => {
    await askAbout(node)
    const { error } = await echo({}, {})
    const { id } = await pending(node)
    expect(error?.data).toMatchObject({
      code: 'APPROVAL_REQUIRED',
      approvalId: id,
      url: `${node.url}/approvals/${id}`,
    })
    await approve(node, id)
    expect(textOf((await echo({}, {})).result)).toBe('{"id":7}')
  })

  it('is told who denied it and why, and an identical call is not asked about again', async () => {
    await askAbout(node)
    const { result } = await echo()
    await deny(node, (await pending(node)).id, 'Not today.')
    const denied = await echo({ requestState: result?.['requestState'] })
    expect(denied.error?.data).toMatchObject({ code: 'APPROVAL_DENIED', by: 'bob', note: 'Not today.' })
    expect((await echo()).error?.data).toMatchObject({ code: 'APPROVAL_DENIED' })
    expect(calls(node)).toEqual([])
  })
})

describe('an approval [G9]', () => {
  const approved = async () => {
    await askAbout(node)
    const { result } = await echo()
    const { id } = await pending(node)
    await approve(node, id)
    return { id, requestState: result?.['requestState'] }
  }

  it('is good for one run', async () => {
    const { requestState } = await approved()
    expect(textOf((await echo({ requestState })).result)).toBe('{"id":7}')
    expect((await echo({ requestState })).error?.data).toMatchObject({ code: 'APPROVAL_USED' })
    expect(calls(node)).toHaveLength(1)
  })

  it('is good for one run, whoever is first on which node', async () => {
    const { requestState } = await approved()
    await using other = await startNode(shared)
    const told = await Promise.all([node, other, node, other].map((on) => echo({ requestState }, URL_MODE, on)))
    expect(told.filter(({ result }) => result?.['resultType'] === 'complete')).toHaveLength(1)
    expect(calls(node).length + calls(other).length).toBe(1)
  })

  it('is not good for other arguments', async () => {
    const { id, requestState } = await approved()
    const changed = await echo({ arguments: { id: 8 }, requestState })
    expect(changed.result).toMatchObject({ resultType: 'input_required' })
    expect((await pending(node)).id).not.toBe(id)
    expect(calls(node)).toEqual([])
  })

  it("shows all that a method of the upstream's own is sent, and is good for exactly that", async () => {
    await askAbout(node)
    const own = (force: boolean) => request(node, 'vendor/run', { name: 'echo', arguments: {}, force }, {})
    void own(true)
    const { id, subject } = await untilPending(node)
    const shown = { method: 'vendor/run', params: { name: 'echo', arguments: {}, force: true } }
    expect(JSON.parse(subject.arguments)).toEqual(shown)
    await approve(node, id)
    expect((await own(false)).error?.data).toMatchObject({ code: 'APPROVAL_REQUIRED' })
  })

  it('does not mind the order of members', async () => {
    await askAbout(node)
    await echo({ arguments: { a: 1, b: { c: 2, d: 3 } } })
    await approve(node, (await pending(node)).id)
    expect(textOf((await echo({ arguments: { b: { d: 3, c: 2 }, a: 1 } })).result)).toContain('"a":1')
  })

  it.each(['carol', 'alice-2'])('is not good for %s', async (token) => {
    const { id, requestState } = await approved()
    const other = await echo({ requestState }, { ...URL_MODE, token })
    expect(other.result).toMatchObject({ resultType: 'input_required' })
    expect((await pending(node)).id).not.toBe(id)
  })

  it('is void once the rule was replaced', async () => {
    await askAbout(node)
    const { result } = await echo()
    const { id } = await pending(node)
    await approve(node, id)
    const [rule] = await node.policy.rules.list(PEOPLE.bob.workspaceId)
    await node.policy.rules.remove(PEOPLE.bob, rule?.id ?? '', 'r')
    await askAbout(node)
    const told = await echo({ requestState: result?.['requestState'] })
    expect(told.result).toMatchObject({ resultType: 'input_required' })
    expect(calls(node)).toEqual([])
  })

  it('is not needed any more once the rule is gone', async () => {
    const { requestState } = await approved()
    const [rule] = await node.policy.rules.list(PEOPLE.bob.workspaceId)
    await node.policy.rules.remove(PEOPLE.bob, rule?.id ?? '', 'r')
    expect(textOf((await echo({ requestState })).result)).toBe('{"id":7}')
  })

  it('survives a restart', async () => {
    const { requestState } = await approved()
    await using restarted = await startNode(shared)
    expect(textOf((await echo({ requestState }, URL_MODE, restarted)).result)).toBe('{"id":7}')
  })

  it('cannot be made up: a state that was changed begins anew', async () => {
    const { requestState } = await approved()
    const told = await echo({ requestState: `${String(requestState).slice(0, -4)}AAAA`, arguments: { id: 9 } })
    expect(told.result).toMatchObject({ resultType: 'input_required' })
    expect(calls(node)).toEqual([])
  })

  it('covers the rounds of input of its call, each once', async () => {
    await askAbout(node, { tool: 'elicit' }, true)
    const client = await connectModern(`${node.url}/mcp`, 'alice', { elicitation: { form: {} } })
    const asked: string[] = []
    client.setRequestHandler('elicitation/create', ({ params }) => {
      asked.push(params.message)
      return { action: 'accept' as const, content: { approve: true, name: 'Ada' } }
    })
    expect(textOf(await client.callTool({ name: 'elicit' }))).toContain('Ada')
    expect(asked).toEqual([expect.stringContaining('elicit'), 'Your name?'])
    await client.close()
  })

  it('does not let a round be answered twice', async () => {
    await askAbout(node, { tool: 'elicit' }, true)
    const form = { elicitation: { form: {} } }
    const call = (change: Json) => request(node, 'tools/call', { name: 'elicit', ...change }, form)
    const first = await call({})
    const second = await call({
      requestState: first.result?.['requestState'],
      inputResponses: { nexus_approval: { action: 'accept', content: { approve: true } } },
    })
    const [key = ''] = Object.keys(second.result?.['inputRequests'] ?? {})
    const answer = {
      requestState: second.result?.['requestState'],
      inputResponses: { [key]: { action: 'accept', content: { name: 'Ada' } } },
    }
    const told = await Promise.all([call(answer), call(answer)])
    expect(told.filter(({ result }) => result?.['resultType'] === 'complete')).toHaveLength(1)
    expect(told.find(({ error }) => error !== undefined)?.error?.data).toMatchObject({ code: 'APPROVAL_USED' })
  })
})
