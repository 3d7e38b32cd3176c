import { isAlphanumericAt, isDigitAt, isLetterAt, isSeparatorAt } from './character.ts'
import type { Span } from './detector.ts'

/** Length of an account number by country. Source: SWIFT IBAN registry. */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 ' +
    'FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 ' +
    'LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 ' +
    'SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/** International bank account numbers with valid check digits, in one piece or in groups. */
export function* detectIbans(text: string): Generator<Span> {
  let position = 0
  while (position < text.length) {
    const end = isStart(text, position) ? findEnd(text, position) : undefined
    if (end !== undefined) yield { start: position, end, kind: 'bank account' }
    position = end ?? position + 1
  }
}

/** Two letters and two digits at the beginning of a word. */
function isStart(text: string, position: number): boolean {
  return (
    isLetterAt(text, position) &&
    isLetterAt(text, position + 1) &&
    isDigitAt(text, position + 2) &&
    isDigitAt(text, position + 3) &&
    !isAlphanumericAt(text, position - 1)
  )
}

function findEnd(text: string, start: number): number | undefined {
  const length = LENGTHS.get(text.slice(start, start + 2).toUpperCase())
  if (length === undefined) return undefined
  let account = ''
  let position = start
  while (account.length < length) {
    if (isAlphanumericAt(text, position)) account += text.charAt(position)
    else if (!isSeparatorAt(text, position) || !isAlphanumericAt(text, position + 1)) return undefined
    position++
  }
  return !isAlphanumericAt(text, position) && isIban(account.toUpperCase()) ? position : undefined
}

/** Are the check digits right? Source: ISO 13616, ISO 7064 (MOD 97-10). */
function isIban(account: string): boolean {
  const rearranged = account.slice(4) + account.slice(0, 4)
  let rest = 0
  for (const character of rearranged) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}
