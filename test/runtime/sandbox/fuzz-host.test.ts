import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { parseManifest } from '@nexus/plugin-api'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Channel } from '../../../runtime/src/sandbox/channel/channel.ts'
import { type Frame, type FrameKind, encodeFrame, frameKinds } from '../../../runtime/src/sandbox/channel/frame.ts'
import { sandboxErrors } from '../../../runtime/src/sandbox/errors.ts'
import { startCellProcess } from '../../../runtime/src/sandbox/isolate/cell-process.ts'
import { createIsolateSandbox } from '../../../runtime/src/sandbox/isolate/isolate-sandbox.ts'
import type { CapabilityPort, Sandbox, SandboxSpec } from '../../../runtime/src/sandbox/sandbox.ts'
import { limits as arenaLimits } from '../../escape/arena.ts'
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS, PROCESS_RUNS } from '../../escape/fuzz-runs.ts'

// A cell that was taken over can send any frame at any time. The host may ignore it, fail the calls of that one
// sandbox, or say that the cell broke the protocol; it may not throw, mix up calls, or believe a count.

const limits = { ...arenaLimits, payloadBytes: 1_024, wallMsPerCall: 60_000, outstandingCapabilityCalls: 4 }
const CALLS = 3

function specOf(): SandboxSpec {
  const parsed = parseManifest({
    manifestVersion: 1,
    id: 'acme/attack',
    version: '1.0.0',
    displayName: 'Attack',
    description: 'Tries to get out.',
    license: 'MIT',
    engines: { nexus: '>=0.1.0' },
    kind: 'connector',
    contributes: { tools: [{ name: 'attack', description: 'Attacks.', inputSchema: { type: 'object' } }] },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return {
    installationId: 'i',
    workspaceId: 'w',
    manifest: parsed.manifest,
    code: '',
    codeDigest: 'sha256:0',
    config: {},
    profile: {
      name: 'fuzz',
      title: 'Fuzz',
      description: 'For tests.',
      tier: 'isolate',
      limits,
      lifecycle: { start: 'eager', idleStopMs: 0, instances: 1 },
      features: { webAssembly: false, sharedArrayBuffer: false },
    },
    limits,
  }
}

const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', note)
})
afterEach(() => {
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(
    '',
    '0 storage.get',
    '1 storage.set',
    '1 secrets.read',
    '2 __proto__',
    '99999999999 storage.get',
    '1 storage.get\n2 x',
    '123',
    'SANDBOX_PAYLOAD 1',
    'SANDBOX_HANDLER_UNKNOWN 2',
    'PLUGIN_ERROR 3',
    'CONSTRUCTOR 4',
    '{"code":"SANDBOX_CPU","message":"m","limit":"cpuMsPerCall","value":1}',
    '{"code":"__proto__","message":"m"}',
    '{"code":"SANDBOX_CLOSED","message":"m","extra":1}',
    '{"message":"m","stack":"s","code":"SANDBOX_MEMORY"}',
    '{"__proto__":{"message":"m"}}',
    '{"progress":1e999}',
    '{"progress":1,"total":"x"}',
    '{"level":"info","data":null}',
    '{"level":"loud","data":1}',
    '{"tools":["attack","forged"],"resources":[],"prompts":[],"policies":[],"events":[],"schedules":[],"completions":[]}',
    '['.repeat(5_000),
    'x'.repeat(2_000),
  ),
)
const anyFrame: fc.Arbitrary<Frame> = fc.record({
  kind: fc.constantFrom<FrameKind>(...Object.values(frameKinds)),
  sandbox: fc.constant(1),
  id: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 0xff_ff_ff_ff })),
  head: hostileText,
  body: fc.oneof(
    hostileText.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  ),
})

// Frames that an honest cell could send, so that the counts are reached at all.
const likelyFrame: fc.Arbitrary<Frame> = fc.record({
  kind: fc.constantFrom<FrameKind>(frameKinds.capability, frameKinds.answered, frameKinds.failed),
  sandbox: fc.constant(1),
  id: fc.nat({ max: 12 }),
  head: fc.constantFrom('0 storage.get', '1 storage.set', '2 network.fetch', '5', 'PLUGIN_ERROR 1'),
  body: fc.constantFrom('{}', '{"message":"m"}', 'x'.repeat(limits.payloadBytes + 1)).map((text) => Buffer.from(text)),
})
const frame = fc.oneof(anyFrame, likelyFrame)

interface Watched {
  readonly outstanding: () => number
  readonly most: () => number
  readonly names: readonly string[]
  readonly port: CapabilityPort
  /** Answers every capability call that waits. */
  settle(): void
}

/** A port whose answers wait, so that the host's own count of outstanding calls is what bounds them. */
function watchedPort(): Watched {
  const waiting: ((text: string) => void)[] = []
  const names: string[] = []
  let most = 0
  return {
    outstanding: () => waiting.length,
    most: () => most,
    names,
    port: {
      call(capability) {
        if (capability === 'log.write') return Promise.reject(new Error('full'))
        names.push(capability)
        return new Promise((done) => {
          waiting.push(done)
          most = Math.max(most, waiting.length)
        })
      },
    },
    settle: () => {
      for (const done of waiting.splice(0)) done('1')
    },
  }
}

const silentChannel: Channel = {
  send: () => undefined,
  backlog: () => 0,
  close: () => undefined,
}

const invoke = (sandbox: Sandbox, index: number): Promise<{ readonly text: string } | { readonly code: unknown }> =>
  sandbox
    .invoke({
      handler: 'tool',
      name: 'attack',
      payload: '{}',
      requestId: `r${index}`,
      principal: { id: 'u', displayName: 'U' },
      signal: new AbortController().signal,
      onProgress: () => undefined,
    })
    .then(
      (text) => ({ text }),
      (error: { readonly code: unknown }) => ({ code: error.code }),
    )

describe('host under arbitrary frames of a cell that was taken over [H3]', () => {
  it(
    'never throws, settles no call with another’s answer, and counts by itself',
    async () => {
      const spec = specOf()
      await fc.assert(
        fc.asyncProperty(fc.array(frame, { maxLength: 40, size: 'max' }), async (received) => {
          let breaches = 0
          const watched = watchedPort()
          const isolate = createIsolateSandbox({
            number: 1,
            spec,
            port: watched.port,
            channel: silentChannel,
            latestReport: () => undefined,
            onProtocolBreach: () => (breaches += 1),
            onStuck: () => undefined,
          })
          isolate.opened.catch(() => undefined)
          const calls = Array.from({ length: CALLS }, (_, index) => invoke(isolate.sandbox, index))
          for (const one of received) isolate.receive(one)
          watched.settle()
          isolate.end({ code: 'SANDBOX_CRASHED', message: 'over' })
          const outcomes = await Promise.all(calls)
          outcomes.forEach((outcome, index) => {
            if ('text' in outcome) {
              const answer = received.find(({ kind, id }) => kind === frameKinds.answered && id === index + 1)
              expect(outcome.text).toBe(answer?.body.toString('utf8'))
              expect(Buffer.byteLength(outcome.text)).toBeLessThanOrEqual(3 * limits.payloadBytes)
            } else expect(Object.keys(sandboxErrors)).toContain(outcome.code)
          })
          expect(watched.most()).toBeLessThanOrEqual(limits.outstandingCapabilityCalls)
          expect(watched.names.every((name) => /^[a-zA-Z.]{1,64}$/.test(name))).toBe(true)
          expect(isolate.sandbox.registrations.tools.every((name) => name === 'attack')).toBe(true)
          const { code } = await isolate.sandbox.exited
          expect(Object.keys(sandboxErrors)).toContain(code)
          const foreign = received.some(({ kind }) => kind < frameKinds.prepared)
          if (foreign) expect(breaches).toBeGreaterThan(0)
          expect(Reflect.get({}, 'message')).toBeUndefined()
        }),
        { numRuns: FUZZ_RUNS },
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'a whole cell process that sends arbitrary bytes is killed for them or ignored, and the host goes on',
    async () => {
      const script = resolve(import.meta.dirname, '../../escape/fake-cell.mjs')
      const warnings: unknown[] = []
      const encoded = fc
        .array(
          fc.oneof(
            frame.map((one) => encodeFrame(one.kind, one.sandbox, one.id, one.head, one.body)),
            fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
          ),
          { maxLength: 20 },
        )
        .map((parts) => Buffer.concat(parts))
      await fc.assert(
        fc.asyncProperty(encoded, async (bytes) => {
          const seen: number[] = []
          const cell = await startCellProcess({
            plan: {
              nextCommand: () => ({ file: process.execPath, args: [script] }),
              tellsPid: false,
              filter: undefined,
              containment: { level: 'none', layers: [], missing: [] },
            },
            guestCode: bytes.toString('base64'),
            maxFrameBytes: 65_536,
            memoryCapBytes: () => Number.MAX_SAFE_INTEGER,
            onFrame: ({ kind }) => void seen.push(kind),
            logger: { warn: (...line: readonly unknown[]) => void warnings.push(line) },
          })
          const still = Symbol(randomUUID())
          const first = await Promise.race([
            cell.ended,
            new Promise<typeof still>((resume) => setTimeout(() => resume(still), 40)),
          ])
          if (first === still) cell.kill('closed')
          expect(['protocol', 'closed']).toContain(await cell.ended)
          expect(seen.every((kind) => kind !== frameKinds.prepared && kind !== frameKinds.pong)).toBe(true)
        }),
        { numRuns: PROCESS_RUNS },
      )
    },
    FUZZ_TIMEOUT_MS,
  )
})
