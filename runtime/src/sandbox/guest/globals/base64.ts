import { HostUint8Array, toText } from '../primordials.ts'
import { fromBase64, toBase64 } from './bytes.ts'
import { GuestDOMException } from './dom-exception.ts'
import { latin1FromBytes } from './text-encoding.ts'

function invalidCharacter(message: string): Error {
  return new GuestDOMException(message, 'InvalidCharacterError')
}

/** Source: HTML Standard, 8.3. */
export function btoa(value: unknown): string {
  const text = toText(value)
  const bytes = new HostUint8Array(text.length)
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code > 255) throw invalidCharacter('Expected characters up to U+00FF.')
    bytes[index] = code
  }
  return toBase64(bytes)
}

/** Forgiving base64 decode: the engine's loose decoder is the Infra Standard's, section 7. */
export function atob(value: unknown): string {
  const text = toText(value)
  try {
    return latin1FromBytes(fromBase64(text))
  } catch {
    // The engine's SyntaxError does not say more.
    throw invalidCharacter('Expected base64 text.')
  }
}
