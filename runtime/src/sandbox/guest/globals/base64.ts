import { codedError } from '../guest-error.ts'
import { HostMap, defineProperty, floor, toText } from '../primordials.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const values = new HostMap(ALPHABET.split('').map((character, index) => [character, index] as const))

function invalidCharacter(message: string): Error {
  const error = codedError('INVALID_CHARACTER_ERR', message)
  defineProperty(error, 'name', { value: 'InvalidCharacterError' })
  return error
}

/** Source: HTML Standard, 8.3. */
export function btoa(value: unknown): string {
  const text = toText(value)
  let out = ''
  for (let index = 0; index < text.length; index += 3) {
    let chunk = 0
    for (let offset = 0; offset < 3; offset += 1) {
      const code = index + offset < text.length ? text.charCodeAt(index + offset) : 0
      if (code > 255) throw invalidCharacter('Expected characters up to U+00FF.')
      chunk = chunk * 256 + code
    }
    const left = text.length - index
    out += ALPHABET.charAt(floor(chunk / 262_144)) + ALPHABET.charAt(floor(chunk / 4096) % 64)
    out += (left > 1 ? ALPHABET.charAt(floor(chunk / 64) % 64) : '=') + (left > 2 ? ALPHABET.charAt(chunk % 64) : '=')
  }
  return out
}

/** Forgiving base64 decode. Source: Infra Standard, 7. */
export function atob(value: unknown): string {
  let text = toText(value).replace(/[\t\n\f\r ]/g, '')
  if (text.length % 4 === 0) text = text.replace(/={1,2}$/, '')
  if (text.length % 4 === 1) throw invalidCharacter('Expected base64 of another length.')
  let out = ''
  let bits = 0
  let held = 0
  for (const character of text) {
    const digit = values.get(character)
    if (digit === undefined) throw invalidCharacter('Expected only characters of the base64 alphabet.')
    held = held * 64 + digit
    bits += 6
    if (bits < 8) continue
    bits -= 8
    const unit = 2 ** bits
    out += String.fromCharCode(floor(held / unit))
    held %= unit
  }
  return out
}
