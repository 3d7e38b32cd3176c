import fc from 'fast-check'
import { NexusError } from '@nexus/plugin-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isKeyArgument, keyArgument } from '../../../runtime/src/broker/capabilities/storage.ts'
import { capabilities } from '../../../runtime/src/broker/create-broker.ts'
import { brokerError, brokerErrors } from '../../../runtime/src/broker/errors.ts'
import { coversHost } from '../../../runtime/src/broker/egress/check-target.ts'
import { parseFilePath } from '../../../runtime/src/broker/files/file-path.ts'
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../../escape/fuzz-runs.ts'
import { likeSchema } from './like-schema.ts'
import { type OpenPort, openPort } from './open-port.ts'

// Everything that reaches the broker was written by an attacker: whatever it is, the answer is a result or one of the
// broker's codes, and never the host's own trouble.

const names = ['key', 'value', 'path', 'text', 'url', 'name', 'spec', '__proto__', 'constructor', 'toString', '']
const words = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'a',
    'k',
    '42',
    '{}',
    '"x"',
    '\0',
    '\ud800',
    '__proto__',
    '$data',
    '$data/a',
    '$data/../x',
    '$workspace',
  ),
  fc.constantFrom(
    'http://127.0.0.1/',
    'https://[::1]',
    'text',
    'base64',
    'GET',
    'AP8=',
    'info',
    'token',
    'stdio',
    'acme/x:y',
  ),
  fc.string({ unit: fc.constantFrom('a', '/', '.', '\\', '\n', 'é', '𝒳'), maxLength: 2000 }),
)
const values: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: words },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.double({ noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, -1, 1000, 2 ** 53, true, false, null) },
)
/** Text of an object whose members look like those of arguments; names may come twice. */
const nearlyArguments = fc
  .array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 6 })
  .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`)
const argumentTexts = fc.oneof(
  { weight: 6, arbitrary: nearlyArguments },
  { weight: 2, arbitrary: fc.json({ maxDepth: 5 }) },
  { weight: 1, arbitrary: fc.string() },
)

describe('broker fuzz [H3] [H5]', () => {
  let port: OpenPort
  beforeAll(async () => {
    port = await openPort({
      grants: {
        network: [
          { host: '127.0.0.1', port: 80, scheme: 'http', methods: ['GET', 'POST'], allowPrivateAddresses: true },
        ],
        files: [
          { root: '$data', path: '', access: 'read-write' },
          { root: '$workspace', path: '', access: 'read-write' },
        ],
        secrets: [{ field: 'token', access: 'read' }],
        tools: ['acme/x:*'],
      },
      limits: { networkRequestsPerMinute: 1_000_000, egressBytesPerMinute: 2 ** 40, logBytesPerMinute: 2 ** 30 },
      egress: {
        request: () => Promise.reject(brokerError('NETWORK_FAILED', 'Expected an answer, found none.')),
        stream: () => Promise.reject(brokerError('NETWORK_FAILED', 'Expected an answer, found none.')),
        [Symbol.asyncDispose]: async () => undefined,
      },
    })
  })
  afterAll(() => port[Symbol.asyncDispose]())

  it.each([...capabilities.values()])(
    'answers any argument of $name with a result or a code of its own',
    async ({ name, schema }) => {
      const runs = Math.ceil(FUZZ_RUNS / 4)
      const outcomes = new Set<string>()
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            {
              weight: 3,
              arbitrary: likeSchema(schema, { values, texts: words }).map((value) => JSON.stringify(value) ?? ''),
            },
            { weight: 1, arbitrary: argumentTexts },
          ),
          async (text) => {
            outcomes.add(await onlyCodes(() => port.callText(name, text)))
          },
        ),
        { numRuns: runs },
      )
      // Arguments that all fail alike would prove nothing.
      expect(outcomes.size).toBeGreaterThan(1)
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'answers any name with a code',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), argumentTexts, async (name, text) => {
          await onlyCodes(() => port.callText(name, text))
        }),
        { numRuns: FUZZ_RUNS },
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'checks the hot arguments by hand exactly as their schema does',
    () => {
      fc.assert(
        fc.property(argumentTexts, (text) => {
          const argument = parse(text)
          const parsed = keyArgument.safeParse(argument)
          expect(isKeyArgument(argument)).toBe(parsed.success)
          if (parsed.success) expect(argument).toEqual(parsed.data)
        }),
        { numRuns: FUZZ_RUNS },
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'takes no path apart into anything that climbs',
    () => {
      fc.assert(
        fc.property(
          fc.oneof(
            words,
            words.map((text) => `$data/${text}`),
          ),
          (text) => {
            const path = attempt(() => parseFilePath(text))
            if (path instanceof Error) expect(path).toMatchObject({ code: 'FILE_DENIED' })
            else {
              for (const name of path.names) {
                expect(['', '.', '..']).not.toContain(name)
                expect(name).not.toMatch(/[/\\\0]/)
              }
              expect([path.root, ...path.names].join('/')).toBe(text)
            }
          },
        ),
        { numRuns: FUZZ_RUNS },
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'covers no host that is not the granted one or below it',
    () => {
      const label = fc.stringMatching(/^[a-z0-9-]{1,5}$/)
      const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
      fc.assert(
        fc.property(host, host, fc.boolean(), (granted, asked, wild) => {
          const expected = wild ? asked.endsWith(`.${granted}`) && !/^[\d.]+$/.test(asked) : asked === granted
          if (!/^[\dx.]+$/.test(asked)) expect(coversHost(wild ? `*.${granted}` : granted, asked)).toBe(expected)
        }),
        { numRuns: FUZZ_RUNS },
      )
    },
    FUZZ_TIMEOUT_MS,
  )
})

/** `ok`, or the code it failed with. */
async function onlyCodes(call: () => Promise<string>): Promise<string> {
  try {
    const text = await call()
    if (text !== '') JSON.parse(text)
    return 'ok'
  } catch (error) {
    if (!(error instanceof NexusError)) throw error
    const explained = `${error.code}: ${error.message} ${String(error.cause)}`
    expect(Object.keys(brokerErrors), explained).toContain(error.code)
    expect(error.code, explained).not.toBe('CAPABILITY_FAILED')
    return error.code
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function attempt<Result>(work: () => Result): Result | Error {
  try {
    return work()
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}
