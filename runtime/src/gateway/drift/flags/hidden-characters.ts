/** Characters that a person does not see, or that change how others are seen, by what they are called here. */
const HIDDEN: readonly (readonly [label: string, RegExp])[] = [
  ['zero width', /[\u{200b}-\u{200d}\u{2060}-\u{2064}\u{feff}]/u],
  ['text direction', /[\u{061c}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/u],
  ['tag', /[\u{e0000}-\u{e007f}]/u],
  ['variation selector', /[\u{fe00}-\u{fe0f}\u{180b}-\u{180f}\u{e0100}-\u{e01ef}]/u],
  ['private use', /[\u{e000}-\u{f8ff}\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}]/u],
  [
    'blank',
    // oxlint-disable-next-line no-misleading-character-class -- each of them is meant by itself
    /[\u{00ad}\u{034f}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{206a}-\u{206f}\u{2800}\u{3164}\u{ffa0}\u{fff9}-\u{fffb}]/u,
  ],
  // Line breaks and tabs are layout.
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  ['control', /[\u{0000}-\u{0008}\u{000b}\u{000c}\u{000e}-\u{001f}\u{007f}-\u{009f}]/u],
]

/**
 * Uses that writing needs: the selector and the joiner of emoji, and joiners between letters of scripts that join. They
 * are taken out before the text is looked through.
 */
const NEEDED: readonly RegExp[] = [
  /[\p{Emoji}]\u{fe0f}\u{20e3}?(?:\u{200d}[\p{Extended_Pictographic}]\u{fe0f}?)*/gu,
  /[\p{Extended_Pictographic}\p{Emoji_Modifier}](?:\u{200d}[\p{Extended_Pictographic}]\p{Emoji_Modifier}?\u{fe0f}?)+/gu,
  /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Malayalam}\p{Script=Kannada}\p{Script=Telugu}\p{Script=Sinhala}])[\u{200c}\u{200d}](?=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Malayalam}\p{Script=Kannada}\p{Script=Telugu}\p{Script=Sinhala}])/gu,
]

const ANY_HIDDEN = new RegExp(HIDDEN.map(([, { source }]) => source).join('|'), 'u')

/** The hidden characters of a text, as `U+200B zero width`; each once. */
export function hiddenCharacters(text: string): readonly string[] {
  if (!ANY_HIDDEN.test(text)) return []
  const rest = NEEDED.reduce((left, pattern) => left.replaceAll(pattern, ''), text)
  const found = new Set<string>()
  for (const character of rest) {
    const label = HIDDEN.find(([, pattern]) => pattern.test(character))?.[0]
    if (label !== undefined) found.add(`${codePoint(character)} ${label}`)
  }
  return [...found]
}

/** The text with hidden characters made visible, as `⟨U+200B⟩`. */
export function revealHidden(text: string): string {
  if (!ANY_HIDDEN.test(text)) return text
  return Array.from(text, (character) => (ANY_HIDDEN.test(character) ? `⟨${codePoint(character)}⟩` : character)).join(
    '',
  )
}

/** The text without them: what a model may still read as one word. */
export function withoutHidden(text: string): string {
  if (!ANY_HIDDEN.test(text)) return text
  return Array.from(text, (character) => (ANY_HIDDEN.test(character) ? '' : character)).join('')
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
