import { describe, expect, it } from 'vitest'
import { ask, readingsOf, remote } from './requests.ts'
import { answer, isCall, said, startRawServer, toolOf } from './raw-server.ts'

describe('bulkhead, queue and breaker of an upstream [G3]', () => {
  it('sends no more calls at once than allowed; the others wait and are all served', async () => {
    let inFlight = 0
    let most = 0
    await using raw = await startRawServer((message, _request, response) => {
      if (!isCall(message)) return false
      inFlight += 1
      most = Math.max(most, inFlight)
      setTimeout(() => {
        inFlight -= 1
        answer(response, message['id'], said('done'))
      }, 30)
      return true
    })
    await using upstream = remote(raw.url, { limits: { maxConcurrent: 3 } })
    await upstream.catalog(AbortSignal.timeout(5_000))
    const texts = await Promise.all(Array.from({ length: 20 }, () => ask(upstream)))
    expect(texts).toEqual(Array(20).fill('done'))
    expect(most).toBe(3)
  })

  it('refuses with UPSTREAM_BUSY, naming limit and value, when the queue is full or the wait too long', async () => {
    await using raw = await startRawServer((message) => isCall(message))
    await using upstream = remote(raw.url, { limits: { maxConcurrent: 1, maxQueued: 1, queueMs: 100 } })
    await upstream.catalog(AbortSignal.timeout(5_000))
    const stop = new AbortController()
    const hanging = ask(upstream, { signal: stop.signal }).catch(() => 'cancelled')
    const waiting = ask(upstream)
    await expect(ask(upstream)).rejects.toMatchObject({
      code: 'UPSTREAM_BUSY',
      details: { limit: 'maxQueued', value: 1 },
    })
    await expect(waiting).rejects.toMatchObject({ code: 'UPSTREAM_BUSY', details: { limit: 'queueMs', value: 100 } })
    expect(readingsOf(upstream)).toMatchObject({ busy: 2, queued: 0 })
    stop.abort()
    expect(await hanging).toBe('cancelled')
    expect(readingsOf(upstream).replicas[0]?.outstanding).toBe(0)
  })

  it('a call that is cancelled while it waits leaves the queue and never reaches the upstream', async () => {
    await using raw = await startRawServer((message) => isCall(message))
    await using upstream = remote(raw.url, { limits: { maxConcurrent: 1 } })
    await upstream.catalog(AbortSignal.timeout(5_000))
    const [first, second] = [new AbortController(), new AbortController()]
    const hanging = ask(upstream, { signal: first.signal }).catch(() => 'cancelled')
    const waiting = ask(upstream, { name: 'look', signal: second.signal })
    second.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'CALL_CANCELLED' })
    first.abort()
    await hanging
    expect(raw.calls('look')).toBe(0)
  })

  it('opens after calls that broke off, says when it tries again, and closes with the first that is answered', async () => {
    let broken = true
    await using raw = await startRawServer((message, _request, response) => {
      if (!isCall(message) || !broken) return false
      response.destroy()
      return true
    })
    await using upstream = remote(raw.url, { limits: { breakerFaults: 3, breakerOpenMs: 60_000 } })
    for (let call = 0; call < 3; call += 1) await expect(ask(upstream)).rejects.toMatchObject({ code: 'UPSTREAM_DIED' })
    expect(readingsOf(upstream)).toMatchObject({ opened: 1, replicas: [{ breaker: 'open' }] })
    const before = raw.calls()
    const refused = await ask(upstream).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'UPSTREAM_OPEN' })
    expect(String(refused)).toMatch(/tried again at \d{4}-\d\d-\d\dT/)
    expect(raw.calls()).toBe(before)
    broken = false
    // The connection that stands again is worth a call long before the minute is over.
    await expect.poll(() => ask(upstream).catch(() => ''), { timeout: 5_000 }).toBe('went')
    expect(readingsOf(upstream).replicas).toMatchObject([{ breaker: 'closed' }])
  })

  it('opens after calls that got no answer in time, and lets one call through when its time has come', async () => {
    let silent = true
    await using raw = await startRawServer((message) => isCall(message) && silent)
    await using upstream = remote(raw.url, { limits: { breakerFaults: 2, breakerOpenMs: 1_500, callMs: 500 } })
    await upstream.catalog(AbortSignal.timeout(5_000))
    for (let call = 0; call < 2; call += 1) {
      await expect(ask(upstream)).rejects.toMatchObject({
        code: 'CALL_TIMEOUT',
        details: { limit: 'callMs', value: 500 },
      })
    }
    await expect(ask(upstream)).rejects.toMatchObject({ code: 'UPSTREAM_OPEN' })
    silent = false
    await new Promise((resolve) => setTimeout(resolve, 1_600))
    expect(await Promise.all(Array.from({ length: 5 }, () => ask(upstream)))).toEqual(Array(5).fill('went'))
    expect(readingsOf(upstream).replicas).toMatchObject([{ breaker: 'closed' }])
  })

  it("a tool's own errors open nothing", async () => {
    await using raw = await startRawServer((message, _request, response) => {
      if (!isCall(message)) return false
      const { id } = message
      if (toolOf(message) === 'go') answer(response, id, { ...said('It did not work.'), isError: true })
      else {
        const error = { code: -32000, message: 'No.' }
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ jsonrpc: '2.0', id, error }))
      }
      return true
    })
    await using upstream = remote(raw.url, { limits: { breakerFaults: 2 } })
    for (let call = 0; call < 10; call += 1) {
      await ask(upstream)
      await ask(upstream, { name: 'look' }).catch(() => undefined)
    }
    expect(readingsOf(upstream)).toMatchObject({ opened: 0, replicas: [{ breaker: 'closed' }] })
  })

  it('a broken connection that fails many calls at once is one fault', async () => {
    await using raw = await startRawServer((message, request) => {
      if (toolOf(message) === 'look') setTimeout(() => request.socket.destroy(), 50)
      return isCall(message)
    })
    await using upstream = remote(raw.url, { limits: { breakerFaults: 3 } })
    await upstream.catalog(AbortSignal.timeout(5_000))
    const failed = await Promise.allSettled(Array.from({ length: 20 }, () => ask(upstream, { name: 'look' })))
    expect(failed.every(({ status }) => status === 'rejected')).toBe(true)
    expect(readingsOf(upstream).opened).toBe(0)
  })
})

describe('what is sent a second time [G3]', () => {
  const breaking = (tools: ReadonlySet<string>, method = 'tools/call') => {
    const seen = new Set<string>()
    return startRawServer((message, _request, response) => {
      const name = method === 'tools/call' ? toolOf(message) : method
      if (message['method'] !== method || !tools.has(name) || seen.has(name)) return false
      seen.add(name)
      response.destroy()
      return true
    })
  }

  it('a resource whose reading broke off is read again', async () => {
    await using raw = await breaking(new Set(['resources/read']), 'resources/read')
    await using upstream = remote(raw.url)
    expect(await ask(upstream, { method: 'resources/read' })).toBe('went')
    expect(readingsOf(upstream).repeated).toBe(1)
  })

  it('a tool call that may have run never is, whatever the tool says of itself', async () => {
    await using raw = await breaking(new Set(['go', 'look', 'put']))
    await using upstream = remote(raw.url)
    await upstream.catalog(AbortSignal.timeout(5_000))
    for (const name of ['go', 'look', 'put']) {
      await expect(ask(upstream, { name })).rejects.toMatchObject({ code: 'UPSTREAM_DIED' })
      expect(raw.calls(name)).toBe(1)
    }
  })

  it('unless the settings allow it and the tool says that once more does no harm', async () => {
    await using raw = await breaking(new Set(['go', 'look', 'put']))
    await using upstream = remote(raw.url, { limits: { retryTools: true } })
    await upstream.catalog(AbortSignal.timeout(5_000))
    await expect(ask(upstream, { name: 'go' })).rejects.toMatchObject({ code: 'UPSTREAM_DIED' })
    expect(await ask(upstream, { name: 'look' })).toBe('went')
    expect(await ask(upstream, { name: 'put' })).toBe('went')
    expect([raw.calls('go'), raw.calls('look'), raw.calls('put')]).toEqual([1, 2, 2])
  })

  it('nothing is, when the settings say so', async () => {
    await using raw = await breaking(new Set(['resources/read']), 'resources/read')
    await using upstream = remote(raw.url, { limits: { retries: 0 } })
    await expect(ask(upstream, { method: 'resources/read' })).rejects.toMatchObject({ code: 'UPSTREAM_DIED' })
  })
})
