import type { Span } from './detector.ts'

const PHONE = /(?<![\p{L}\p{N}+]|\d[ -])(?:\+|00)[1-9](?:[ ()./-]{0,2}\d){7,14}(?![\p{L}\p{N}])/gu

/** Phone numbers in international form, 8 to 15 digits. Source: ITU-T E.164. */
export function* detectPhones(text: string): Generator<Span> {
  for (const match of text.matchAll(PHONE))
    yield { start: match.index, end: match.index + match[0].length, kind: 'phone number' }
}
