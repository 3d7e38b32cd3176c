// Characters are looked at by code and not by expression where every character of a text is looked at: isolates freeze
// the built-in prototypes, and a frozen `RegExp.prototype` costs the engine its fast path.

/** Is there an ASCII digit at the position? */
export function isDigitAt(text: string, position: number): boolean {
  const code = text.charCodeAt(position)
  return code >= 48 && code <= 57
}

/** Is there an ASCII letter at the position? */
export function isLetterAt(text: string, position: number): boolean {
  const code = text.charCodeAt(position) | 32
  return code >= 97 && code <= 122
}

/** Is there an ASCII letter or digit at the position? */
export function isAlphanumericAt(text: string, position: number): boolean {
  return isDigitAt(text, position) || isLetterAt(text, position)
}

/** Is there a space or a dash at the position? */
export function isSeparatorAt(text: string, position: number): boolean {
  const code = text.charCodeAt(position)
  return code === 32 || code === 45
}

/** Is there a letter or digit of any script at the position? */
export function isWordAt(text: string, position: number): boolean {
  return text.charCodeAt(position) < 128
    ? isAlphanumericAt(text, position)
    : /[\p{L}\p{N}]/u.test(text.charAt(position))
}
