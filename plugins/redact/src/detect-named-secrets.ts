import type { Span } from './detector.ts'

/** Names whose value is a password in all likelihood, however simple it looks. */
const PASSWORD = /pass(?:word|wd|phrase|code)?$|^pwd$|[_-]pwd$|^pin$/i
const WORDS =
  'api[_-]?key|access[_-]?key|secret|token|passw(?:or)?d|passphrase|pwd|credentials?|private[_-]?key|authorization|auth[_-]?key|signature'
const NAME = new RegExp(`(?:${WORDS})$|(?:${WORDS})[_-](?:id|key|value|token|base64|hash)$`, 'i')
/** The name (the rest of it taken in one way only), what joins it to its value, and the value in quotation marks or up to white space. */
const PAIR = new RegExp(
  `(?<name>(?:${WORDS})(?=(?<rest>[A-Za-z0-9_-]{0,20}))\\k<rest>)\\\\?["']?[ \\t]{0,3}(?::|=>?)[ \\t]{0,3}(?:\\\\?["'](?<quoted>[^"'\\\\\\n]{4,512})|(?<bare>[^\\s"'\\\\,;&<>(){}[\\]]{6,512}))`,
  'gi',
)

/** Values beside a name that says secret: `API_KEY=…`, `"password": "…"`. */
export function* detectNamedSecrets(text: string): Generator<Span> {
  for (const match of text.matchAll(PAIR)) {
    const { name = '', quoted, bare } = match.groups ?? {}
    const value = quoted ?? bare ?? ''
    if (!isSecretValue(name, value)) continue
    const start = match.index + match[0].length - value.length
    yield { start, end: start + value.length, kind: 'secret' }
  }
}

/** Does a member of this name hold secrets? */
export function isSecretName(name: string): boolean {
  return NAME.test(name) || PASSWORD.test(name)
}

/** Is the value of a member with such a name a secret, or a word such as `required`? */
export function isSecretValue(name: string, value: string): boolean {
  if (/^\[[a-z -]+ removed\]/i.test(value) || /^(\*+|x+|<.*>|\$\{.*\}|null|none|true|false|undefined)$/i.test(value))
    return false
  // A digit or a sign that does not end a sentence: `required.` is no password.
  if (PASSWORD.test(name)) return value.length >= 4 && /\d|[^\p{L}.,;:!?)-]/u.test(value) && !/\s/.test(value)
  return value.length >= 12 && !/\s/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= 3
}

/** Shannon's entropy in bits per character: about 2.5 to 4 for words, above 3 for random text of some length. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
