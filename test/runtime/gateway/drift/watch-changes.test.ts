import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { watchChanges } from '../../../../runtime/src/gateway/drift/index.ts'
import { createUpstreamTable } from '../../../../runtime/src/gateway/upstream/table.ts'
import type { Store } from '../../../../runtime/src/store/store.ts'
import { WORKSPACE } from '../harness.ts'
import { scriptedUpstream, tool } from '../scripted-upstream.ts'
import { type ReviewNode, addRow, openNode, openReviewStore } from './review-host.ts'

let store: Store
let node: ReviewNode
beforeEach(async () => {
  store = await openReviewStore()
  node = openNode(store)
  await addRow(store, 'files')
})
afterEach(async () => {
  node[Symbol.dispose]()
  await store[Symbol.asyncDispose]()
})

describe('a server that says that it changed [G8]', () => {
  it('is reviewed at once, though no client asks', async () => {
    const upstreams = createUpstreamTable()
    using watching = watchChanges(upstreams, node.review)
    expect(watching).toBeDefined()
    const upstream = scriptedUpstream('files', { tools: [tool('read')] })
    using added = upstreams.add(upstream)
    expect(added).toBeDefined()
    upstream.enter('ready')
    await expect.poll(async () => (await store.definitions.ofUpstream(upstream.id)).length, { timeout: 20_000 }).toBe(2)
    upstream.offer({ tools: [tool('read', { description: 'Does more than before.' })] })
    await expect.poll(() => store.definitions.countWaiting(WORKSPACE), { timeout: 20_000 }).toBe(1)
  })

  it('is left to its users where each has connections of their own', async () => {
    const upstreams = createUpstreamTable()
    using watching = watchChanges(upstreams, node.review)
    expect(watching).toBeDefined()
    const upstream = Object.assign(scriptedUpstream('files', { tools: [tool('read')] }), { isPerUser: true })
    using added = upstreams.add(upstream)
    expect(added).toBeDefined()
    upstream.offer({ tools: [tool('read'), tool('write')] })
    await new Promise((resume) => setTimeout(resume, 500))
    expect(await store.definitions.ofUpstream(upstream.id)).toEqual([])
  })
})
