import { isWordAt } from './character.ts'
import type { Span } from './detector.ts'

/** Source: RFC 5321 section 4.5.3.1. */
const MAX_LOCAL = 64
const MAX_DOMAIN = 255

/** E-mail addresses: found from the `@` outwards, because every other way looks at hostile texts again and again. */
export function* detectEmails(text: string): Generator<Span> {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let start = at
    while (
      start > 0 &&
      at - start < MAX_LOCAL &&
      (isWordAt(text, start - 1) || '._%+-'.includes(text.charAt(start - 1)))
    )
      start--
    let end = at + 1
    while (end < text.length && end - at <= MAX_DOMAIN && (isWordAt(text, end) || isDotOrDash(text, end))) end++
    while (end > at && isDotOrDash(text, end - 1)) end--
    while (start < at && text.charAt(start) === '.') start++
    if (start < at && isDomain(text.slice(at + 1, end)) && !isPassword(text, start))
      yield { start, end, kind: 'e-mail address' }
  }
}

function isDotOrDash(text: string, position: number): boolean {
  const code = text.charCodeAt(position)
  return code === 45 || code === 46
}

/** Is what stands before the `@` the password of an address such as `postgres://app:s3cret@db.example.com`? */
function isPassword(text: string, start: number): boolean {
  return text.charAt(start - 1) === ':' && text.slice(Math.max(0, start - 2 * MAX_LOCAL), start).includes('://')
}

function isDomain(domain: string): boolean {
  const labels = domain.split('.')
  const last = labels.at(-1) ?? ''
  return (
    labels.length > 1 &&
    labels.every((label) => label !== '' && label.length <= 63) &&
    /^(\p{L}{2,63}|xn--[a-z0-9-]{1,59})$/iu.test(last)
  )
}
