import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../plugin-api/src/index.ts'
import { readAnswerText } from '../../../../runtime/src/gateway/wire/read-answer-text.ts'
import { RpcResult } from '../../../../runtime/src/gateway/wire/rpc-result.ts'
import { onOneLine, resultText } from '../../../../runtime/src/gateway/wire/result-text.ts'
import { JsonScanError, JsonScanner } from '../../../../runtime/src/gateway/wire/scan-json.ts'

const bytesOf = (text: string) => Buffer.from(text, 'utf8')
const textOf = (pieces: readonly (string | Uint8Array)[]) =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : Buffer.from(piece).toString('utf8'))).join('')

function scans(text: string): boolean {
  try {
    const scanner = new JsonScanner(bytesOf(text))
    scanner.value()
    scanner.finish()
    return true
  } catch (error) {
    if (error instanceof JsonScanError) return false
    throw error
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' })
/** Never `__proto__`, which an object literal in the oracle would not hold as a member. */
const members = fc.dictionary(
  fc.string().filter((name) => name !== '__proto__'),
  json,
  { maxKeys: 6 },
)
/** JSON with one or two bytes changed: near misses find more than noise does. */
const nearJson = fc
  .tuple(
    json,
    fc.nat(200),
    fc.string({ maxLength: 2, unit: fc.constantFrom(...Array.from('{}[]",:\\0123-+.eEtfnu \n\t')) }),
  )
  .map(([value, at, change]) => {
    const text = JSON.stringify(value)
    const cut = at % (text.length + 1)
    return text.slice(0, cut) + change + text.slice(cut + (at % 2))
  })

describe('the JSON scanner', () => {
  it('takes exactly what JSON.parse takes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          nearJson,
          fc.string(),
          json.map((value) => JSON.stringify(value, undefined, 2)),
        ),
        (text) => {
          expect(scans(text)).toBe(parses(bytesOf(text).toString('utf8')))
        },
      ),
      { numRuns: 3000 },
    )
  })

  it.each([
    '01',
    '1.',
    '.5',
    '-',
    '1e',
    '"\u0001"',
    '"\\x"',
    '"\\u12g4"',
    'nul',
    '[1,]',
    '{"a":1,}',
    '{"a"}',
    '',
    '[}',
  ])('refuses %j', (text) => {
    expect(scans(text)).toBe(false)
  })

  it('refuses nesting that would cost a stack', () => {
    expect(scans('['.repeat(100_000) + ']'.repeat(100_000))).toBe(false)
  })
})

describe('an answer that stays text', () => {
  it('carries every member unchanged, whatever the order and the white space', () => {
    fc.assert(
      fc.property(members, fc.integer(), fc.constantFrom(undefined, 2), fc.boolean(), (result, id, space, late) => {
        const message = late ? { result, id, jsonrpc: '2.0' } : { jsonrpc: '2.0', id, result }
        const answer = readAnswerText(bytesOf(JSON.stringify(message, undefined, space)))
        expect(answer?.id).toBe(id)
        expect(answer?.result.value()).toEqual(JSON.parse(JSON.stringify(result)))
      }),
    )
  })

  it('is sent on with some members set and the others as they came', () => {
    fc.assert(
      fc.property(members, members, fc.integer(), (result, set, id) => {
        const answer = readAnswerText(bytesOf(JSON.stringify({ jsonrpc: '2.0', id, result })))
        const sent: unknown = JSON.parse(
          textOf(resultText('x', answer?.result ?? RpcResult.of({}), set as JsonObject).pieces),
        )
        const expected = { ...JSON.parse(JSON.stringify(result)), ...JSON.parse(JSON.stringify(set)) }
        expect(sent).toEqual({ jsonrpc: '2.0', id: 'x', result: expected })
      }),
    )
  })

  it('is not copied when it is large', () => {
    const line = bytesOf(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { text: 'x'.repeat(1_000_000), _meta: {} } }))
    const answer = readAnswerText(line)
    const { pieces } = resultText(7, answer?.result ?? RpcResult.of({}), { _meta: { a: 1 } })
    const shared = pieces.filter((piece) => typeof piece !== 'string' && piece.buffer === line.buffer)
    expect(shared.reduce((total, piece) => total + piece.length, 0)).toBeGreaterThan(1_000_000)
    expect(JSON.parse(textOf(pieces))).toMatchObject({ id: 7, result: { _meta: { a: 1 } } })
  })

  it('fits on the one line of an event, line breaks between its tokens or not', () => {
    const result = { text: `a\nb${'x'.repeat(10_000)}` }
    const answer = readAnswerText(bytesOf(JSON.stringify({ jsonrpc: '2.0', id: 1, result }, undefined, 2)))
    const text = textOf(onOneLine(resultText(1, answer?.result ?? RpcResult.of({})).pieces))
    expect(text).not.toContain('\n')
    expect(JSON.parse(text)).toEqual({ jsonrpc: '2.0', id: 1, result })
  })

  it('keeps members with the names of things that every object has', () => {
    const answer = readAnswerText(bytesOf('{"jsonrpc":"2.0","id":1,"result":{"toString":1,"constructor":2}}'))
    const { pieces } = resultText(1, answer?.result ?? RpcResult.of({}), { a: 1 })
    expect(textOf(pieces)).toBe('{"jsonrpc":"2.0","id":1,"result":{"a":1,"toString":1,"constructor":2}}')
  })

  it.each([
    ['an error', '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"no"}}'],
    ['a request', '{"jsonrpc":"2.0","id":1,"method":"ping"}'],
    ['a result that is no object', '{"jsonrpc":"2.0","id":1,"result":3}'],
    ['another protocol', '{"jsonrpc":"1.0","id":1,"result":{}}'],
    ['no protocol', '{"id":1,"result":{}}'],
    ['no id', '{"jsonrpc":"2.0","result":{}}'],
    ['broken text inside', '{"jsonrpc":"2.0","id":1,"result":{"a":[tru]}}'],
    ['text after it', '{"jsonrpc":"2.0","id":1,"result":{}} x'],
    ['a batch', '[{"jsonrpc":"2.0","id":1,"result":{}}]'],
  ])('leaves %s to the plain reader', (_what, text) => {
    expect(readAnswerText(bytesOf(text))).toBeUndefined()
  })

  it('leaves bytes that are not UTF-8 to the plain reader', () => {
    const text = bytesOf('{"jsonrpc":"2.0","id":1,"result":{"a":"?"}}')
    text[text.indexOf('?')] = 0xff
    expect(readAnswerText(text)).toBeUndefined()
  })

  it('answers for its last member of a name, as JSON.parse does', () => {
    const answer = readAnswerText(bytesOf('{"jsonrpc":"2.0","id":1,"result":{"isError":false,"isError":true}}'))
    expect(answer?.result.get('isError')).toBe(true)
  })
})
