import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { identity, openEgress, type RunningGateway, startGateway } from '../harness.ts'
import { openRemoteUpstream } from '../../../../runtime/src/gateway/upstream/open-remote-upstream.ts'
import { type Asker, rawLegacy, rawModern, sdkLegacy, sdkModern } from './askers.ts'
import { essence, questionsFor } from './compare.ts'
import { serveDefinition, type Speaks } from './generated-server.ts'
import { type ServerDefinition, serverDefinition } from './server-definition.ts'

const RUNS = process.env['CI'] === 'true' ? 30 : 10
const SLOW_MS = 120_000

type Client = readonly [name: string, connect: (url: string) => Promise<Asker>, era: Speaks]

const CLIENTS: readonly Client[] = [
  ['bare modern frames', rawModern, 'modern'],
  ['bare legacy frames', rawLegacy, 'legacy'],
  ['the SDK v2 client', sdkModern, 'modern'],
  ['the SDK v1 client', sdkLegacy, 'legacy'],
]

describe('what a client gets through the gateway and directly [G1]', () => {
  let nexus: RunningGateway

  beforeAll(async () => {
    nexus = await startGateway()
  })
  afterAll(() => nexus[Symbol.asyncDispose]())

  async function compare(definition: ServerDefinition, speaks: Speaks, [, connect]: Client): Promise<void> {
    await using server = await serveDefinition(definition, speaks)
    // Names once given are kept for an upstream: all generated servers stand at the place of one.
    await using upstream = openRemoteUpstream({
      identity: identity('generated'),
      url: server.url,
      egress: openEgress,
      headers: () => Promise.resolve({}),
    })
    using stack = new DisposableStack()
    stack.use(nexus.gateway.upstreams.add(upstream))
    await upstream.catalog(AbortSignal.timeout(SLOW_MS))
    await using direct = await connect(server.url)
    await using through = await connect(`${nexus.url}/mcp`)
    for (const question of questionsFor(definition)) {
      const [expected, found] = await Promise.all([direct.ask(question), through.ask(question)])
      expect(essence(found), `${question.method} ${JSON.stringify(question.params)}`).toEqual(essence(expected))
    }
  }

  test.for(CLIENTS)('is the same for %s', { timeout: SLOW_MS }, async (client) => {
    const [, , era] = client
    // A failure names its seed and the smallest server that shows it.
    await fc.assert(
      fc.asyncProperty(serverDefinition, fc.constantFrom<Speaks>('both', era), (definition, speaks) =>
        compare(definition, speaks, client),
      ),
      { numRuns: RUNS, interruptAfterTimeLimit: SLOW_MS / 2 },
    )
  })
})
