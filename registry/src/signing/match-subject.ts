/** The one pattern that an identity may have: any ref of a kind. No ref can hold the star. */
const ANY_REF = /@refs\/(?:tags|heads)\/\*$/

/** Does a certificate name this identity? Compared whole: no part of a subject is ever a regular expression. */
export function matchesSubject(expected: string, found: string): boolean {
  if (!ANY_REF.test(expected)) return expected === found
  const prefix = expected.slice(0, -1)
  return found.startsWith(prefix) && found.length > prefix.length && !/[\s@]/.test(found.slice(prefix.length))
}
