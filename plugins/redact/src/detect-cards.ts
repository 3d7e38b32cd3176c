import { isDigitAt, isAlphanumericAt, isSeparatorAt } from './character.ts'
import type { Span } from './detector.ts'

/** Source: ISO/IEC 7812-1. */
const MIN_DIGITS = 13
const MAX_DIGITS = 19

/**
 * Card numbers of 13 to 19 digits with a valid check digit, in one piece or in groups. Each group may begin a number:
 * what stands before it is often digits too.
 */
export function* detectCards(text: string): Generator<Span> {
  let position = 0
  while (position < text.length) {
    if (!isDigitAt(text, position)) {
      position++
      continue
    }
    const end = isAlphanumericAt(text, position - 1) ? undefined : findEnd(text, position)
    if (end !== undefined) yield { start: position, end, kind: 'card number' }
    position = end ?? position
    while (isDigitAt(text, position)) position++
  }
}

/** Where the longest card number that begins at `start` and ends with a group ends. */
function findEnd(text: string, start: number): number | undefined {
  const digits: number[] = []
  let found: number | undefined
  for (let position = start; digits.length <= MAX_DIGITS; position++) {
    if (isDigitAt(text, position)) {
      digits.push(text.charCodeAt(position) - 48)
      if (digits.length === 2 && !isNetwork(digits)) return undefined
      continue
    }
    if (!isAlphanumericAt(text, position) && isCard(digits)) found = position
    if (!isSeparatorAt(text, position) || !isDigitAt(text, position + 1)) return found
  }
  return found
}

/** First digits of Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay, Maestro and Mir. */
function isNetwork(digits: readonly number[]): boolean {
  const [first = 0, second = 0] = digits
  if (first === 4 || first === 6) return true
  if (first === 5) return second <= 8
  if (first === 2) return second >= 2 && second <= 7
  return first === 3 && (second === 0 || second >= 4)
}

/** Source: ISO/IEC 7812-1, annex B (Luhn). */
function isCard(digits: readonly number[]): boolean {
  if (digits.length < MIN_DIGITS || digits.length > MAX_DIGITS || !isNetwork(digits)) return false
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = digits[digits.length - 1 - index] ?? 0
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** Is this text of digits a card number? */
export function isCardNumber(digits: string): boolean {
  return /^\d{13,19}$/.test(digits) && isCard(digits.split('').map(Number))
}
