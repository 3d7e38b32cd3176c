import { npmError } from './errors.ts'

/** Decodes base64 that arrives in pieces, cut anywhere. */
export interface Base64Decoder {
  decode(text: string): Buffer
  /** Call it after the last piece. */
  end(): void
}

export function createBase64Decoder(): Base64Decoder {
  let rest = ''
  let isPadded = false
  return {
    decode(piece) {
      const text = unescape(rest + piece)
      // A backslash at the end belongs to the next piece, and so do letters that do not fill three bytes yet.
      const whole = text.endsWith('\\') ? text.slice(0, -1) : text
      const end = whole.length - (whole.length % 4)
      const letters = whole.slice(0, end)
      rest = text.slice(end)
      if (letters === '') return Buffer.alloc(0)
      if (isPadded) throw malformed()
      const padding = letters.endsWith('==') ? 2 : letters.endsWith('=') ? 1 : 0
      isPadded = padding > 0
      // The decoder passes over what is no letter of its own: then there are fewer bytes than the letters promise.
      const bytes = Buffer.from(letters, 'base64')
      if (bytes.length !== (letters.length / 4) * 3 - padding) throw malformed()
      return bytes
    },
    end() {
      if (rest !== '') throw malformed()
    },
  }
}

/** JSON may write a slash with a backslash before it; nothing else in base64 can be escaped sensibly. */
function unescape(text: string): string {
  return text.includes('\\') ? text.replaceAll('\\/', '/') : text
}

function malformed() {
  return npmError('NPM_ATTACHMENT', 'Expected the bundle in base64, found something else. Publish again.')
}
