import type { Catalog, Message } from './catalog.ts'

const accents: Readonly<Record<string, string>> = {
  a: 'å', b: 'ƀ', c: 'ç', d: 'đ', e: 'é', f: 'ƒ', g: 'ğ', h: 'ħ', i: 'î', j: 'ĵ', k: 'ķ', l: 'ļ', m: 'ɱ',
  n: 'ñ', o: 'ö', p: 'þ', q: 'ʠ', r: 'ŕ', s: 'š', t: 'ţ', u: 'û', v: 'ṽ', w: 'ŵ', x: 'ẋ', y: 'ý', z: 'ž',
} // prettier-ignore

/** Accents, a third more length and brackets: shows on sight which text is not in a catalog and what overflows. */
function disguise(text: string): string {
  const changed = text.replaceAll(/\{\w+\}|[a-z]/g, (match) => accents[match] ?? match)
  return `[${changed}${'~'.repeat(Math.ceil(text.length * 0.3))}]`
}

function disguiseMessage(message: Message): Message {
  if (typeof message === 'string') return disguise(message)
  return Object.fromEntries(Object.entries(message).map(([category, text]) => [category, disguise(text)]))
}

/** The pseudo-locale `en-XA`, made from English when a test asks for it. */
export function pseudoCatalog(english: Catalog): Catalog {
  return Object.fromEntries(Object.entries(english).map(([key, message]) => [key, disguiseMessage(message)]))
}
