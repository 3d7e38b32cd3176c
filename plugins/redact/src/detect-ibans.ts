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

const START = /(?<![\p{L}\p{N}])[A-Za-z]{2}\d{2}/gu

/** International bank account numbers with valid check digits, in one piece or in groups. */
export function* detectIbans(text: string): Generator<Span> {
  for (const match of text.matchAll(START)) {
    const length = LENGTHS.get(match[0].slice(0, 2).toUpperCase())
    const read = length === undefined ? undefined : readAccount(text, match.index, length)
    if (read !== undefined && isIban(read.account)) yield { start: match.index, end: read.end, kind: 'bank account' }
  }
}

function readAccount(text: string, start: number, length: number): { readonly account: string; readonly end: number } | undefined {
  let account = ''
  let position = start
  while (account.length < length) {
    const character = text.charAt(position)
    if (/[A-Za-z0-9]/.test(character)) account += character
    else if (!/[ -]/.test(character) || !/[A-Za-z0-9]/.test(text.charAt(position + 1))) return undefined
    position++
  }
  return /[\p{L}\p{N}]/u.test(text.charAt(position)) ? undefined : { account: account.toUpperCase(), end: position }
}

/** Are the check digits right? Source: ISO 13616, ISO 7064 (MOD 97-10). */
export function isIban(account: string): boolean {
  const rearranged = account.slice(4) + account.slice(0, 4)
  let rest = 0
  for (const character of rearranged) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}
