import { withoutHidden } from './hidden-characters.ts'

/**
 * Letters that look like a Latin one, out of the confusables of UTS 39, for the scripts that names are faked with.
 * Compatibility forms (full width, mathematical, circled) are taken apart by NFKD before.
 */
const LOOKS_LIKE: Readonly<Record<string, string>> = {
  // Cyrillic
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  һ: 'h',
  і: 'i',
  ј: 'j',
  к: 'k',
  ӏ: 'l',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  ԛ: 'q',
  ѕ: 's',
  т: 't',
  у: 'y',
  ѵ: 'v',
  ԝ: 'w',
  х: 'x',
  г: 'r',
  ь: 'b',
  З: '3',
  // Greek
  α: 'a',
  β: 'b',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  σ: 'o',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ω: 'w',
  // Armenian, Latin beyond ASCII
  ո: 'n',
  ս: 'u',
  օ: 'o',
  հ: 'h',
  ց: 'g',
  ı: 'i',
  ɑ: 'a',
  ɡ: 'g',
  ɩ: 'i',
  ʟ: 'l',
  ꞁ: 'l',
  ø: 'o',
  ł: 'l',
  // Punctuation
  '‐': '-',
  '‑': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  ー: '-',
  '․': '.',
  '‚': ',',
  ߺ: '_',
}

/** Pairs and signs within ASCII that a quick reader takes for another. */
const LOOKS_LIKE_ASCII: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/[1|]/g, 'l'],
  [/0/g, 'o'],
]

/** Two names of the same skeleton look alike. In the manner of UTS 39, without regard to case. */
export function skeletonOf(name: string): string {
  const plain = withoutHidden(name).normalize('NFKD').replaceAll(/\p{M}/gu, '')
  // A capital I is a small l before it is a small i.
  const letters = Array.from(plain.replaceAll('I', 'l'), (letter) => {
    const lower = letter.toLowerCase()
    return LOOKS_LIKE[letter] ?? LOOKS_LIKE[lower] ?? lower
  })
  return LOOKS_LIKE_ASCII.reduce((text, [pattern, sign]) => text.replaceAll(pattern, sign), letters.join(''))
}

/** Letters of more than one of the scripts whose letters are confused. */
export function mixesScripts(name: string): boolean {
  const scripts = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u]
  return scripts.filter((script) => script.test(name)).length > 1
}

/**
 * True when two names differ by one wrong letter or two swapped ones: `send_emial`, `send_emall`. A letter more or less
 * is a plural, and other digits are a version.
 */
export function isSlipOf(left: string, right: string): boolean {
  if (left.length !== right.length || left === right) return false
  const [one, other] = [Array.from(left), Array.from(right)]
  const places = one.flatMap((letter, place) => (letter === other[place] ? [] : [place]))
  const [first = 0, second] = places
  if (places.length === 1) return !/\d/.test(`${one[first]}${other[first]}`)
  return places.length === 2 && second === first + 1 && one[first] === other[second] && one[second] === other[first]
}
