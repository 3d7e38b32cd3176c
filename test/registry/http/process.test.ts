import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type ClientRequest, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDatabase } from '@nexus/registry/database'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestRegistry } from './open-test-registry.ts'

const main = fileURLToPath(new URL('../../../registry/src/main.ts', import.meta.url))

let dataDir = ''
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nexus-registry-main-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { NEXUS_REGISTRY_DATA: dataDir, NEXUS_REGISTRY_PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return { child, closed: once(child, 'close') }
}

describe('registry as a process [R1][O9]', () => {
  it('listens, answers, and ends cleanly when told to', async () => {
    const { child, closed } = start({})
    const [line] = await once(child.stderr, 'data')
    const { url } = JSON.parse(String(line))
    expect((await fetch(`${url}/api/v1/health`)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await closed).toEqual([0, null])
  })

  it('says in one line what is wrong with its configuration', async () => {
    const { child, closed } = start({ NEXUS_REGISTRY_PORT: 'many' })
    let output = ''
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    expect(await closed).toEqual([1, null])
    expect(output.trim().split('\n')).toHaveLength(1)
    expect(output).toContain('NEXUS_REGISTRY_PORT')
  })
})

describe('registry under trouble [O4]', () => {
  it('asks the ninth simultaneous upload to come back and finishes the others', async () => {
    await using registry = await openTestRegistry()
    const open = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const call: ClientRequest = request(`${registry.url()}/api/v1/uploads`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${registry.token}`,
            'content-type': 'application/gzip',
            expect: '100-continue',
          },
        })
        call.flushHeaders()
        await once(call, 'continue')
        call.write('x')
        return call
      }),
    )
    // The first answer of 503 shows that all eight are being received.
    let refused = await registry.send('POST', '/api/v1/uploads', { token: registry.token, bytes: Buffer.from('x') })
    for (let tries = 0; refused.status !== 503 && tries < 7; tries += 1) {
      refused = await registry.send('POST', '/api/v1/uploads', { token: registry.token, bytes: Buffer.from('x') })
    }
    expect(refused).toMatchObject({ status: 503, body: { code: 'BUSY' } })
    const answers = await Promise.all(
      open.map(async (call) => {
        const answered = once(call, 'response')
        call.end()
        const [response] = await answered
        response.resume()
        return Number(response.statusCode)
      }),
    )
    expect(answers).toEqual(Array.from({ length: 8 }, () => 201))
  })

  it('answers 500 without a word about the inside when its database is broken', async () => {
    await using registry = await openTestRegistry()
    const url = `sqlite:${join(registry.dataDir, 'registry.db')}`
    const database = await openDatabase({ url, entities: [], migrations: [], migrationsTable: 'vandal' })
    await database.dataSource.query('PRAGMA foreign_keys = OFF')
    await database.dataSource.query('DROP TABLE registry_plugin')
    await database[Symbol.asyncDispose]()
    const answer = await registry.send('GET', '/api/v1/plugins')
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL', requestId: expect.any(String) } })
    expect(JSON.stringify(answer.body)).not.toMatch(/registry_plugin|SELECT|sqlite/i)
  })
})
