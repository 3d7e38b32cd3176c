import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openProcessUpstream } from '../../../../runtime/src/gateway/upstream/open-process-upstream.ts'
import { startProcess } from '../../../../runtime/src/sandbox/process/start-process.ts'
import { identity, WILD } from '../harness.ts'
import { startRawServer } from './raw-server.ts'
import { ask, readingsOf, remote } from './requests.ts'

const root = resolve(import.meta.dirname, '../../../..')

describe('connections that only look alive [G3]', () => {
  it('a server that says nothing any more fails its calls with a code, and is used again within a second of its return', async () => {
    let silent = false
    await using raw = await startRawServer(() => silent)
    await using upstream = remote(raw.url, { limits: { probeMs: 200 } })
    expect(await ask(upstream)).toBe('went')
    silent = true
    await expect(ask(upstream)).rejects.toMatchObject({
      code: 'UPSTREAM_DIED',
      message: expect.stringContaining('whether it lives'),
    })
    expect(upstream.lastError()?.code).toBe('UPSTREAM_DIED')
    silent = false
    // What hangs in the handshake of the silent time has to give up first.
    await expect.poll(() => ask(upstream).catch(() => ''), { timeout: 40_000 }).toBe('went')
  }, 60_000)

  it('a quiet server is asked only while it is in use, and any answer will do', async () => {
    await using raw = await startRawServer((message, _request, response) => {
      if (message['method'] !== 'ping') return false
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message['id'], error: { code: -32601, message: 'No ping.' } }))
      return true
    })
    await using upstream = remote(raw.url, { limits: { probeMs: 100 } })
    await ask(upstream)
    await expect
      .poll(() => raw.seen.filter(({ method }) => method === 'ping').length, { timeout: 5_000 })
      .toBeGreaterThan(2)
    expect(await ask(upstream)).toBe('went')
    expect(raw.seen.filter(({ method }) => method === 'initialize')).toHaveLength(1)
  })

  it('is never asked when the settings say so', async () => {
    await using raw = await startRawServer()
    await using upstream = remote(raw.url, { limits: { probeMs: 0 } })
    await ask(upstream)
    await new Promise((done) => setTimeout(done, 400))
    expect(raw.seen.some(({ method }) => method === 'ping')).toBe(false)
  })
})

describe('processes of an upstream [G3]', () => {
  it('are never two where one should be, over 200 reconnects with calls in between, and none is left at the end', async () => {
    let most = 0
    let started = 0
    const pids: number[] = []
    const open = () => {
      let living = 0
      return openProcessUpstream({
        identity: identity('wild'),
        start() {
          const child = startProcess({
            command: process.execPath,
            args: [resolve(root, WILD)],
            env: {},
            readable: [root],
          })
          living += 1
          started += 1
          most = Math.max(most, living)
          if (child.pid !== undefined) pids.push(child.pid)
          void child.exited.then(() => (living -= 1))
          return Promise.resolve(child)
        },
      })
    }
    const upstreams = Array.from({ length: 8 }, open)
    await Promise.all(
      upstreams.map(async (upstream) => {
        for (let round = 0; round < 25; round += 1) {
          // Whatever meets while the process dies and comes back: some calls fail, none starts a second process.
          const calls = ['pid', 'die', 'pid', 'pid'].map((name) => ask(upstream, { name }).catch(() => undefined))
          await Promise.all(calls)
          await expect.poll(() => ask(upstream, { name: 'pid' }).catch(() => ''), { timeout: 60_000 }).not.toBe('')
        }
        expect(readingsOf(upstream).reconnects).toBeGreaterThanOrEqual(25)
      }),
    )
    expect(most).toBe(1)
    expect(started).toBeGreaterThanOrEqual(200)
    await Promise.all(upstreams.map((upstream) => upstream[Symbol.asyncDispose]()))
    const isThere = (pid: number) => {
      try {
        return process.kill(pid, 0)
      } catch {
        return false
      }
    }
    expect(pids.filter(isThere)).toEqual([])
  }, 240_000)
})
