// oxlint-disable typescript/no-unsafe-type-assertion -- a listening TCP server has an AddressInfo
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConformanceServer, startConformanceServer } from '../fixtures/mcp/conformance-server.ts'
import { remoteUpstream, type RunningGateway, startGateway, WORKSPACE } from '../runtime/gateway/harness.ts'

const SUITE = resolve(import.meta.dirname, '../../node_modules/@modelcontextprotocol/conformance/dist/index.js')

interface Verdict {
  readonly status: number
  readonly output: string
}

function runSuite(url: string, requirements: string): Promise<Verdict> {
  return new Promise((done) => {
    const args = [SUITE, 'server', '--url', url, '--requirements', requirements]
    execFile(process.execPath, args, { maxBuffer: 32 * 1024 * 1024 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      done({ status, output: `${stdout}${stderr}` })
    })
  })
}

/** Scenarios that the gateway itself answers or shapes, beside the required ones. */
const OWN = [
  'server-session-lifecycle',
  'http-header-validation',
  'http-custom-header-server-validation',
  'json-schema-2020-12',
]

describe('the official conformance suite through the gateway [G1, G2]', () => {
  let nexus: RunningGateway
  let fixture: ConformanceServer
  let url: string
  const cleanup = new AsyncDisposableStack()

  beforeAll(async () => {
    fixture = cleanup.use(await startConformanceServer())
    nexus = cleanup.use(await startGateway())
    nexus.add(remoteUpstream('fixture', fixture.url))
    // The suite's names are exact: a virtual server without prefixes shows them as they are.
    await nexus.gateway.virtualServers.create(WORKSPACE, {
      name: 'conformance',
      title: 'Conformance',
      prefixMode: 'never',
      tools: [{ upstream: 'fixture', tool: '*' }],
    })
    // The suite sends no token: this door adds one, and changes nothing else.
    const door = createServer((request, response) => {
      request.url = '/v/conformance/mcp'
      request.headers.authorization = 'Bearer alice'
      void nexus.gateway.handle(request, response)
    })
    await new Promise<void>((done) => door.listen(0, '127.0.0.1', done))
    cleanup.defer(async () => {
      door.closeAllConnections()
      await new Promise((done) => door.close(done))
    })
    url = `http://127.0.0.1:${(door.address() as AddressInfo).port}/mcp`
  })
  afterAll(() => cleanup.disposeAsync())

  for (const requirements of ['2025-11-25', '2026-07-28']) {
    it(`passes every scenario that ${requirements} requires`, async () => {
      const { status, output } = await runSuite(url, requirements)
      expect(output.match(/^✗ (?!tasks-).*$/gm) ?? []).toEqual([])
      for (const scenario of OWN) if (output.includes(scenario)) expect(output).toContain(`✓ ${scenario}`)
      expect(status, output.slice(-2_000)).toBe(0)
    })
  }
})
