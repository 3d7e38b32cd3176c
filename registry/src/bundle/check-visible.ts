import { bundleError } from './errors.ts'

/** Characters that make a reader see other code than the machine runs: direction changes and invisible tags. */
const STEERING = /[\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E0FFF}]/u
/**
 * What hides words from the person who reads a document: zero-width spaces and invisible signs anywhere, and joiners
 * beside plain letters. Joiners within emoji and within scripts that need them, and marks of direction, are text.
 */
const HIDDEN =
  // oxlint-disable-next-line no-control-regex -- control characters are what this expression is for
  /[\u0000-\u0008\u000B\u000E-\u001F\u007F\u00AD\u180E\u200B\u2060-\u2064\u206A-\u206F\uFFF9-\uFFFB]|(?!^)\uFEFF|[\u0000-\u007E][\u200C\u200D]|[\u200C\u200D][\u0000-\u007E]/u

/** Refuses code and data whose text turns or hides. */
export function checkSteering(path: string, text: string): void {
  if (STEERING.test(text)) throw hidden(path)
}

/** Refuses a document that hides words from its reader. */
export function checkDocument(path: string, text: string): void {
  checkSteering(path, text)
  if (HIDDEN.test(text)) throw hidden(path)
}

function hidden(path: string) {
  return bundleError(
    'BUNDLE_HIDDEN_TEXT',
    `Expected visible text in \`${path}\`, found invisible or direction-changing characters.`,
  )
}
