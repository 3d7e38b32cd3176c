/** A text, or the same text by BCP 47 language tag. */
export type Text = string | Readonly<Record<string, string>>

/** Puts a text of a manifest into the reader's language. */
export type Translate = (text: Text) => string

/**
 * The reader's languages, best first: `?language` if given, otherwise `Accept-Language` by weight (RFC 9110 §12.5.4).
 * Both are only looked up in the manifest's own texts, never shown.
 */
export function createTranslate(language: string | undefined, acceptLanguage: string): Translate {
  const wanted = language === undefined || language === '' ? byWeight(acceptLanguage) : [language]
  return (text) => (typeof text === 'string' ? text : pick(text, wanted))
}

function pick(texts: Exclude<Text, string>, wanted: readonly string[]): string {
  const known = new Map(Object.entries(texts).map(([tag, text]) => [tag.toLowerCase(), text]))
  for (const tag of wanted) {
    // `de-AT` is served by `de-AT`, else by `de` (RFC 4647 lookup).
    for (let range = tag.toLowerCase(); range !== ''; range = range.slice(0, Math.max(0, range.lastIndexOf('-')))) {
      const text = known.get(range)
      if (text !== undefined) return text
    }
  }
  return texts['en'] ?? Object.values(texts)[0] ?? ''
}

function byWeight(header: string): readonly string[] {
  return header
    .split(',', 32)
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().split(';')
      const weight = parameters.map((one) => one.trim()).find((one) => one.startsWith('q='))
      return { tag, weight: weight === undefined ? 1 : Number(weight.slice(2)) }
    })
    .filter(({ tag, weight }) => tag !== '' && tag !== '*' && weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag)
}
