import type { Span } from './detector.ts'

/** Digits in groups of any length, single separators between. */
const GROUPS = /(?<![\p{L}\p{N}])\d{1,19}(?:[ -]\d{1,19}){0,15}(?![\p{L}\p{N}])/gu
/** First digits of the card networks: Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay, Maestro, Mir. */
const NETWORK = /^(4|5[0-8]|2[2-7]|3[04-9]|6)/

/** Card numbers of 13 to 19 digits with a valid check digit, in one piece or in groups. */
export function* detectCards(text: string): Generator<Span> {
  for (const match of text.matchAll(GROUPS)) yield* cardsIn(match[0], match.index)
}

/** Looks at each sequence of whole groups: what stands before or after a number is often digits too. */
function* cardsIn(run: string, offset: number): Generator<Span> {
  const groups = [...run.matchAll(/\d+/g)].map((match) => ({ digits: match[0], start: match.index }))
  let first = 0
  while (first < groups.length) {
    const last = lastGroup(groups.slice(first).map((group) => group.digits))
    const from = groups[first]
    const to = last === undefined ? undefined : groups[first + last]
    if (last === undefined || from === undefined || to === undefined) {
      first++
      continue
    }
    yield { start: offset + from.start, end: offset + to.start + to.digits.length, kind: 'card number' }
    first += last + 1
  }
}

/** Index of the group that a card number beginning with the first group ends with: the longest such number. */
function lastGroup(groups: readonly string[]): number | undefined {
  let digits = ''
  let found: number | undefined
  for (const [index, group] of groups.entries()) {
    digits += group
    if (digits.length > 19) break
    if (isCardNumber(digits)) found = index
  }
  return found
}

/** Is this a card number? Source: ISO/IEC 7812-1 (Luhn). */
export function isCardNumber(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19 || !NETWORK.test(digits)) return false
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
