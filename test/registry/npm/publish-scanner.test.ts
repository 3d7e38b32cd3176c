import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBase64Decoder } from '../../../registry/src/npm/base64-decoder.ts'
import { PublishScanner } from '../../../registry/src/npm/publish-scanner.ts'

/** Feeds a text in pieces that are cut at the given places, and gives what was kept and what was taken out. */
function scan(text: string, cuts: readonly number[]) {
  const bytes = Buffer.from(text)
  let kept = ''
  let bundle = ''
  const scanner = new PublishScanner({
    keep: (piece) => (kept += piece.toString('latin1')),
    bundle: (piece) => (bundle += piece.toString('latin1')),
  })
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted(
    (a, b) => a - b,
  )
  for (const [index, place] of places.entries()) scanner.push(bytes.subarray(place, places[index + 1] ?? place))
  return { kept: Buffer.from(kept, 'latin1').toString('utf8'), bundle }
}

describe('publish scanner [R1][R4]', () => {
  it('takes the bundle out of any JSON, however the bytes arrive', () => {
    const cuts = fc.array(fc.nat({ max: 5000 }), { maxLength: 30 })
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.base64String(), cuts, (other, name, data, places) => {
        const document = {
          other,
          _attachments: { 'note.sigstore': { data: name }, [`${name}.tgz`]: { name, data, length: 1 } },
          data: { _attachments: { 'x.tgz': { data: 'stays' } } },
        }
        const found = scan(JSON.stringify(document), places)
        expect(found.bundle).toBe(data)
        const expected = structuredClone(document)
        Object.assign(expected['_attachments'][`${name}.tgz`] ?? {}, { data: '' })
        expect(JSON.parse(found.kept)).toEqual(JSON.parse(JSON.stringify(expected)))
      }),
    )
  })

  it('looks only at the very place where a bundle belongs', () => {
    const text =
      '{"versions":{"_attachments":{"a.tgz":{"data":"no"}}},"_attachments":{"a.tgz":["data","no"],"b.tgz":{"data":"eWVz"}}}'
    expect(scan(text, [])).toMatchObject({ bundle: 'eWVz' })
  })

  it('refuses nesting that could exhaust a parser', () => {
    expect(() => scan('['.repeat(100), [])).toThrow(expect.objectContaining({ code: 'NPM_BODY' }))
  })
})

describe('base64 in pieces [R1]', () => {
  it('decodes what was encoded, wherever it is cut, with or without escaped slashes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        (bytes, step, escaped) => {
          const plain = Buffer.from(bytes).toString('base64')
          const text = escaped ? plain.replaceAll('/', '\\/') : plain
          const decoder = createBase64Decoder()
          const pieces: Buffer[] = []
          for (let at = 0; at < text.length; at += step) pieces.push(decoder.decode(text.slice(at, at + step)))
          decoder.end()
          expect(Buffer.concat(pieces).equals(Buffer.from(bytes))).toBe(true)
        },
      ),
    )
  })

  it.each(['a', '!!!!', 'YQ==YQ==', 'YQ=a', 'Y\\u0051=='])('refuses %s', (text) => {
    const decoder = createBase64Decoder()
    expect(() => {
      decoder.decode(text)
      decoder.end()
    }).toThrow(expect.objectContaining({ code: 'NPM_ATTACHMENT' }))
  })
})
