import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerUrl } from '../../../runtime/src/sandbox/cell/answer-url.ts'
import { createMinuteWindow } from '../../../runtime/src/sandbox/cell/minute-window.ts'
import { createOutboxReader } from '../../../runtime/src/sandbox/cell/tenant-outbox.ts'
import { createPostHandler } from '../../../runtime/src/sandbox/cell/tenant-posts.ts'
import { createTenantState } from '../../../runtime/src/sandbox/cell/tenant-state.ts'
import { type FrameKind, frameKinds, isFrameKind } from '../../../runtime/src/sandbox/channel/frame.ts'
import { entries, posts } from '../../../runtime/src/sandbox/guest/wire.ts'
import type { Sandbox } from '../../../runtime/src/sandbox/sandbox.ts'
import { type Arena, bystanderCode, limits as arenaLimits, callTool, moduleOf, openArena } from '../../escape/arena.ts'
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../../escape/fuzz-runs.ts'

// Inside a cell, a plugin that took the prelude apart can post anything: of any kind, with any numbers and texts, in the
// callback and in what an entry returns. The cell may drop it or send a frame of that one sandbox, within its limits.

const limits = {
  ...arenaLimits,
  payloadBytes: 1_024,
  outstandingCapabilityCalls: 4,
  capabilityCallsPerCall: 6,
  logBytesPerMinute: 2_000,
}

interface Sent {
  readonly kind: FrameKind
  readonly id: number
  readonly head: string
  readonly bytes: number
}

const anything = fc.oneof(
  fc.anything({ withBigInt: true, withNullPrototype: true, withTypedArray: true }),
  fc.constantFrom<unknown>(Symbol('x'), () => 1, -0, Number.NaN, 2 ** 53, 0xff_ff_ff_ff, -1, 1.5),
)
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom('storage.get', 'x'.repeat(3_000)))
const kind = fc.oneof(fc.constantFrom<unknown>(...Object.values(posts), ...Object.values(entries), 99), anything)
const number = fc.oneof(fc.nat({ max: 6 }), anything)
const member = fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: anything })
const post = fc.tuple(kind, number, member, member, number)

function cellSide() {
  const sent: Sent[] = []
  const state = createTenantState()
  for (const id of [1, 2]) state.calls.set(id, { capabilities: 0, progress: 0, messages: 0 })
  const send = (frameKind: FrameKind, id: number, head = '', body: string | Uint8Array = ''): void =>
    void sent.push({ kind: frameKind, id, head, bytes: Buffer.byteLength(body) })
  return { sent, state, send }
}

/** What may be said of any posts: known kinds, numbers that fit, sizes within the limits, each call answered once. */
function expectOrderly(sent: readonly Sent[]): void {
  for (const { kind: frameKind, id, head, bytes } of sent) {
    expect(isFrameKind(frameKind) && frameKind >= frameKinds.prepared).toBe(true)
    expect(Number.isInteger(id) && id >= 0 && id <= 0xff_ff_ff_ff).toBe(true)
    expect(Buffer.byteLength(head)).toBeLessThan(1_000)
    expect(bytes).toBeLessThan(16_384 * 64)
  }
  const answers = sent.filter((one) => one.kind === frameKinds.answered || one.kind === frameKinds.failed)
  const ofCalls = answers.map(({ id }) => id).filter((id) => id !== 0)
  expect(new Set(ofCalls).size).toBe(ofCalls.length)
  expect(ofCalls.every((id) => id === 1 || id === 2)).toBe(true)
  expect(sent.filter((one) => one.kind === frameKinds.opened).length).toBeLessThanOrEqual(1)
  const answered = sent.filter((one) => one.kind === frameKinds.answered)
  expect(answered.every(({ bytes }) => bytes <= limits.payloadBytes)).toBe(true)
}

describe('cell under arbitrary posts of its guest [H3]', () => {
  it(
    'the callback never throws, answers text, and sends what the limits allow',
    () => {
      fc.assert(
        fc.property(fc.array(post, { maxLength: 60, size: 'max' }), (all) => {
          const { sent, state, send } = cellSide()
          const logBytes = createMinuteWindow(limits.logBytesPerMinute, () => 0)
          const receive = createPostHandler({ state, limits, logBytes, send })
          for (const one of all) expect(typeof receive(...one)).toBe('string')
          expectOrderly(sent)
          const logged = sent.filter((one) => one.kind === frameKinds.log).reduce((sum, { bytes }) => sum + bytes, 0)
          // The last line says that the rest was dropped; a character may be up to three bytes.
          expect(logged).toBeLessThanOrEqual(3 * limits.logBytesPerMinute + 400)
        }),
        { numRuns: FUZZ_RUNS },
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'what an entry returns is read within the limits, whatever it is',
    () => {
      const outbox = fc.oneof(
        { weight: 1, arbitrary: anything },
        { weight: 6, arbitrary: fc.array(post, { maxLength: 60, size: 'max' }).map((all) => all.flat()) },
        { weight: 1, arbitrary: fc.array(anything, { maxLength: 30, size: 'max' }) },
      )
      fc.assert(
        fc.property(outbox, (returned) => {
          const { sent, state, send } = cellSide()
          const read = createOutboxReader({
            state,
            limits,
            send,
            callMicroseconds: () => 1.5,
            fireTimer: () => undefined,
            refuse: () => undefined,
          })
          read(returned)
          expectOrderly(sent)
          const asked = sent.filter((one) => one.kind === frameKinds.capability)
          expect(asked.length).toBeLessThanOrEqual(limits.outstandingCapabilityCalls)
          expect(new Set(asked.map(({ id }) => id)).size).toBe(asked.length)
          expect(state.timers.size).toBeLessThanOrEqual(64)
          for (const timer of state.timers.values()) clearTimeout(timer)
        }),
        { numRuns: FUZZ_RUNS },
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'the URL question is answered with parts or with nothing',
    () => {
      const question = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 100 }),
        fc.json(),
        fc
          .record(
            {
              url: fc.oneof(fc.webUrl(), fc.string()),
              base: fc.oneof(fc.webUrl(), fc.string()),
              part: fc.string(),
              value: fc.string(),
            },
            { requiredKeys: [] },
          )
          .map((one) => JSON.stringify(one)),
      )
      fc.assert(
        fc.property(question, (asked) => {
          let answer = ''
          try {
            answer = answerUrl(asked)
          } catch (error) {
            // Not JSON: the caller of this function turns that into no answer.
            expect(error).toBeInstanceOf(SyntaxError)
          }
          if (answer !== '') expect(typeof JSON.parse(answer).href).toBe('string')
        }),
        { numRuns: FUZZ_RUNS },
      )
    },
    FUZZ_TIMEOUT_MS,
  )
})

describe('cell beside hostile neighbours that call in every way [H3]', () => {
  let arena: Arena
  let bystander: Sandbox
  let target: Sandbox
  beforeAll(async () => {
    arena = await openArena()
    const wide = { cpuMsPerMinute: 600_000, concurrentCalls: 64 }
    bystander = await arena.open(bystanderCode, { installationId: 'bystander', limits: wide })
    target = await arena.open(moduleOf('return JSON.stringify(args).slice(0, 100)'), {
      installationId: 'target',
      limits: wide,
    })
  })
  afterAll(() => arena[Symbol.asyncDispose]())

  it(
    'arguments, names and principals of any text end in an answer or a code, and the cell goes on',
    async () => {
      const invocation = fc.record({
        handler: fc.constantFrom('tool', 'resource', 'prompt', 'policy', 'event', 'schedule'),
        name: fc.oneof(fc.constant('attack'), fc.string({ unit: 'binary', maxLength: 40 })),
        payload: fc.oneof(fc.json(), fc.string({ unit: 'binary', maxLength: 80 }), fc.constant('['.repeat(20_000))),
        requestId: fc.string({ unit: 'binary', maxLength: 40 }),
        principal: fc.record({ id: fc.string({ unit: 'binary' }), displayName: fc.string({ unit: 'binary' }) }),
        cancel: fc.boolean(),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(invocation, { minLength: 1, maxLength: 8 }), async (all) => {
          const ends = await Promise.all(
            all.map(async ({ cancel, ...call }) => {
              const stop = new AbortController()
              const answer = target.invoke({ ...call, handler: handlerOf(call.handler), signal: stop.signal })
              if (cancel) stop.abort()
              return answer.then(
                () => 'answered',
                (error: { readonly code: unknown }) => error.code,
              )
            }),
          )
          for (const end of ends)
            expect(['answered', 'PLUGIN_ERROR', 'SANDBOX_HANDLER_UNKNOWN', 'CALL_CANCELLED']).toContain(end)
          expect(await callTool(bystander)).toBe('here')
        }),
        { numRuns: Math.ceil(FUZZ_RUNS / 20) },
      )
    },
    FUZZ_TIMEOUT_MS,
  )
})

const handlerKinds = ['tool', 'resource', 'prompt', 'policy', 'event', 'schedule'] as const

function handlerOf(name: string): (typeof handlerKinds)[number] {
  return handlerKinds.find((kindName) => kindName === name) ?? 'tool'
}
