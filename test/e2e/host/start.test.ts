import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { spawnHost, startTestHost } from '../../helpers/host.ts'

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nexus-start-'))
})

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true })
})

async function failingStart(
  folder: string,
  env: Record<string, string> = {},
): Promise<{ readonly code: number | null; readonly text: string }> {
  const { child, stderr } = spawnHost(folder, env)
  const [code] = await once(child, 'exit')
  return { code, text: stderr().trim() }
}

function expectOneSentence(outcome: { readonly code: number | null; readonly text: string }): void {
  expect(outcome.code).toBe(1)
  expect(outcome.text.split('\n')).toHaveLength(1)
  expect(outcome.text).not.toMatch(/\bat .*:\d+:\d+/)
}

describe('a start that cannot work [O9]', () => {
  it('says in one sentence that the port is in use', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    const address = squatter.address()
    const port = address === null || typeof address === 'string' ? 0 : address.port
    const outcome = await failingStart(dataDir, { NEXUS_PORT: String(port) })
    squatter.close()
    expectOneSentence(outcome)
    expect(outcome.text).toContain(`Port ${port}`)
    expect(outcome.text).toContain('NEXUS_PORT')
  })

  it('says in one sentence that the data folder cannot be written', async () => {
    const file = join(dataDir, 'a-file')
    await writeFile(file, '')
    const outcome = await failingStart(join(file, 'data'))
    expectOneSentence(outcome)
    expect(outcome.text).toContain('NEXUS_DATA')
  })

  it('says in one sentence what is wrong with the configuration and where', async () => {
    await writeFile(join(dataDir, 'config.yaml'), 'port: [1, 2')
    const broken = await failingStart(dataDir)
    expectOneSentence(broken)
    expect(broken.text).toContain('config.yaml')
    await writeFile(join(dataDir, 'config.yaml'), 'colour: red\n')
    const unknown = await failingStart(dataDir)
    expectOneSentence(unknown)
    expect(unknown.text).toContain('colour')
  })

  it('says in one sentence that another host uses the data folder', async () => {
    await using host = await startTestHost({ dataDir })
    const outcome = await failingStart(dataDir)
    expectOneSentence(outcome)
    expect(outcome.text).toContain(String(host.child.pid))
  })

  it('says in one sentence that a database is not one', async () => {
    await mkdir(dataDir, { recursive: true })
    await writeFile(
      join(dataDir, 'nexus.sqlite'),
      'this is not a database, and it is long enough to be read as one '.repeat(20),
    )
    const outcome = await failingStart(dataDir)
    expect(outcome.code).toBe(1)
    expect(outcome.text).not.toMatch(/\bat .*:\d+:\d+/)
  })
})

describe('a host in one process [O9, R1, R2, H8]', () => {
  it('publishes the first-party plugins as signed releases at the first start, and finds everything at the second', async () => {
    const first = await startTestHost({ dataDir })
    const listed = await first.api('GET', '/api/v1/marketplace')
    expect(listed.body.items.map((item: { pluginId: string }) => item.pluginId).toSorted()).toEqual([
      'nexus/openapi',
      'nexus/redact',
      'nexus/remote',
      'nexus/stdio',
      'nexus/web',
    ])
    const page = await first.api('GET', '/api/v1/marketplace/nexus/web')
    expect(page.body.verified).toBe(true)
    expect(page.body.chain.every((link: { state: string }) => link.state === 'verified')).toBe(true)
    const installation = await first.install('nexus/redact')
    expect(await first.stop('SIGINT')).toBe(0)
    const second = await startTestHost({ dataDir })
    expect(second.ready.setupUrl).toBeUndefined()
    const state = await second.api('GET', `/api/v1/installations/${installation}`)
    expect(state.body).toMatchObject({ state: 'active', pluginId: 'nexus/redact' })
    await second.stop()
  })

  it('shows its trust root as data', async () => {
    await using host = await startTestHost({ dataDir })
    const trust = await host.api('GET', '/api/v1/trust')
    expect(trust.body.publishers.map((publisher: { id: string }) => publisher.id)).toContain('nexus')
    const file = JSON.parse(await readFile(join(dataDir, 'trust.json'), 'utf8'))
    expect(JSON.stringify(file)).toContain(trust.body.registryKeys[0].keyId)
  })

  it('is on one of the two sides after kill -9 in the middle of an install, with no litter', async () => {
    const first = await startTestHost({ dataDir })
    const plan = await first.api('POST', '/api/v1/installations/plan', { pluginId: 'nexus/redact', config: {} })
    await first.api('POST', '/api/v1/installations', {
      pluginId: 'nexus/redact',
      version: plan.body.version,
      consentDigest: plan.body.consentDigest,
    })
    await first.stop('SIGKILL')
    await using second = await startTestHost({ dataDir })
    const installed = await second.api('GET', '/api/v1/installations')
    for (const item of installed.body.items) expect(['active', 'stopped']).toContain(item.state)
    const plugins = join(dataDir, 'plugins')
    const left = existsSync(plugins) ? await readdir(plugins) : []
    expect(left.filter((name) => /stag|tmp/.test(name) && name !== 'staging')).toEqual([])
  })

  it('refuses to start a release whose files were changed on disk', async () => {
    const first = await startTestHost({ dataDir })
    const installation = await first.install('nexus/redact')
    await first.stop()
    const main = await findFile(join(dataDir, 'plugins'), 'index.js')
    await writeFile(main, `${await readFile(main, 'utf8')}\n// changed`)
    await using second = await startTestHost({ dataDir })
    const state = await second.api('GET', `/api/v1/installations/${installation}`)
    expect(['failed', 'held', 'quarantined']).toContain(state.body.state)
    expect(state.body.stateReason.message).toMatch(/digest|changed/i)
  })
})

async function findFile(folder: string, name: string): Promise<string> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name === name) return join(entry.parentPath, entry.name)
  }
  throw new Error(`No ${name} below ${folder}`)
}
