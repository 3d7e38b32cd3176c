import { duplexPair } from 'node:stream'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openChannel } from '../../../runtime/src/sandbox/channel/channel.ts'
import { createFrameReader } from '../../../runtime/src/sandbox/channel/frame-reader.ts'
import {
  type Frame,
  type FrameKind,
  HEADER_BYTES,
  encodeFrame,
  frameKinds,
} from '../../../runtime/src/sandbox/channel/frame.ts'
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../../escape/fuzz-runs.ts'

// The frame parser of both ends. What it may do with hostile bytes is little: hand on whole frames, wait for more, or
// throw a RangeError, which ends the channel and the cell with it.

const MAX_FRAME_BYTES = 4_096

interface Sent {
  readonly kind: FrameKind
  readonly sandbox: number
  readonly id: number
  readonly head: string
  readonly body: string
}

const uint32 = fc.oneof(fc.nat({ max: 20 }), fc.constantFrom(0, 0xff_ff_ff_ff), fc.nat({ max: 0xff_ff_ff_ff }))
const frames: fc.Arbitrary<readonly Sent[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...Object.values(frameKinds)),
    sandbox: uint32,
    id: uint32,
    head: fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.toWellFormed()),
    body: fc.string({ unit: 'binary', maxLength: 200 }).map((text) => text.toWellFormed()),
  }),
  { maxLength: 8 },
)
const cuts = fc.array(fc.nat({ max: 2_000 }), { maxLength: 30, size: 'max' })

const encodeAll = (sent: readonly Sent[]): Buffer =>
  Buffer.concat(sent.map(({ kind, sandbox, id, head, body }) => encodeFrame(kind, sandbox, id, head, body)))
const toSent = ({ kind, sandbox, id, head, body }: Frame): Sent => ({
  kind,
  sandbox,
  id,
  head,
  body: body.toString('utf8'),
})

/** The bytes in pieces, cut where `at` says; empty pieces included. */
function split(bytes: Buffer, at: readonly number[]): readonly Buffer[] {
  const places = at.map((place) => place % (bytes.length + 1)).toSorted((left, right) => left - right)
  return [...places, bytes.length].map((place, index) => bytes.subarray(places[index - 1] ?? 0, place))
}

/** Reads pieces until one is refused. */
function readAll(pieces: readonly Buffer[]): { readonly frames: readonly Sent[]; readonly error: unknown } {
  const found: Sent[] = []
  const read = createFrameReader(MAX_FRAME_BYTES, (frame) => found.push(toSent(frame)))
  try {
    for (const piece of pieces) read(piece)
  } catch (error) {
    return { frames: found, error }
  }
  return { frames: found, error: undefined }
}

const isRefusal = (error: unknown): boolean => error === undefined || error instanceof RangeError

describe('frame parser under arbitrary bytes [H3]', () => {
  it(
    'reads what was written, however the stream was cut',
    () => {
      fc.assert(
        fc.property(frames, cuts, (sent, at) => {
          expect(readAll(split(encodeAll(sent), at))).toEqual({ frames: sent, error: undefined })
        }),
        { numRuns: FUZZ_RUNS },
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'throws nothing but its RangeError on any bytes',
    () => {
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 400 }),
        // Bytes that begin like a frame get further into the parser.
        fc
          .tuple(uint32, fc.uint8Array({ maxLength: 400 }))
          .map(([length, rest]) => Buffer.concat([Buffer.from(Uint32Array.of(length).buffer), rest])),
      )
      fc.assert(
        fc.property(bytes, cuts, (noise, at) => {
          expect(isRefusal(readAll(split(Buffer.from(noise), at)).error)).toBe(true)
        }),
        { numRuns: FUZZ_RUNS },
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'hands on every frame before the first damaged byte, and no byte of it after a refusal',
    () => {
      const damage = fc.record({
        at: fc.nat({ max: 3_000 }),
        remove: fc.nat({ max: 6 }),
        insert: fc.uint8Array({ maxLength: 6 }),
      })
      fc.assert(
        fc.property(frames, damage, cuts, (sent, { at, remove, insert }, places) => {
          const whole = encodeAll(sent)
          const where = at % (whole.length + 1)
          const damaged = Buffer.concat([whole.subarray(0, where), insert, whole.subarray(where + remove)])
          const { frames: found, error } = readAll(split(damaged, places))
          expect(isRefusal(error)).toBe(true)
          let end = 0
          const intact = sent.filter((frame) => (end += encodeAll([frame]).length) <= where)
          expect(found.slice(0, intact.length)).toEqual(intact)
        }),
        { numRuns: FUZZ_RUNS },
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'refuses a length beyond the cap as soon as it is told, and sets nothing aside for one below it',
    () => {
      const before = process.memoryUsage().arrayBuffers
      fc.assert(
        fc.property(uint32, (length) => {
          const told = Buffer.from(Uint32Array.of(length).buffer)
          const { frames: found, error } = readAll([told])
          expect(found).toEqual([])
          expect(error instanceof RangeError).toBe(length < HEADER_BYTES || length > MAX_FRAME_BYTES)
        }),
        { numRuns: FUZZ_RUNS },
      )
      const waiting = Array.from({ length: 200 }, () => createFrameReader(32 * 1_048_576, () => undefined))
      for (const read of waiting) read(Buffer.from(Uint32Array.of(32 * 1_048_576).buffer))
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1_048_576)
    },
    FUZZ_TIMEOUT_MS,
  )
})

describe('channel under arbitrary bytes [H3]', () => {
  it(
    'ends once, with the refusal, hears nothing afterwards, and leaves another channel alone',
    async () => {
      await fc.assert(
        fc.asyncProperty(frames, fc.uint8Array({ minLength: 1, maxLength: 100 }), async (sent, noise) => {
          const heard: Frame[] = []
          const ends: (Error | undefined)[] = []
          const [near, far] = duplexPair()
          const [bystanderNear, bystanderFar] = duplexPair()
          const bystanderHeard: Sent[] = []
          openChannel(near, MAX_FRAME_BYTES, {
            onFrame: (frame) => heard.push(frame),
            onEnd: (error) => ends.push(error),
          })
          openChannel(bystanderNear, MAX_FRAME_BYTES, {
            onFrame: (frame) => bystanderHeard.push(toSent(frame)),
            onEnd: () => undefined,
          })
          far.on('error', () => undefined)
          far.write(encodeAll(sent))
          far.write(noise)
          // Longer than any frame may be: whatever the noise made the parser wait for, this is refused or is a frame.
          far.write(Buffer.alloc(2 * MAX_FRAME_BYTES, 0xff))
          bystanderFar.write(encodeAll(sent))
          await new Promise((resume) => setImmediate(resume))
          await new Promise((resume) => setImmediate(resume))
          expect(ends).toHaveLength(1)
          expect(ends[0]).toBeInstanceOf(RangeError)
          const count = heard.length
          far.write(encodeFrame(frameKinds.pong, 0, 0))
          await new Promise((resume) => setImmediate(resume))
          expect(heard).toHaveLength(count)
          expect(bystanderHeard).toEqual(sent)
          for (const socket of [near, far, bystanderNear, bystanderFar]) socket.destroy()
        }),
        { numRuns: Math.ceil(FUZZ_RUNS / 4) },
      )
    },
    FUZZ_TIMEOUT_MS,
  )
})
