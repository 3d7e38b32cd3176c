import { z } from 'zod'

/**
 * Characters a person cannot see but a model reads, or that reorder what a person sees: bidirectional controls,
 * zero-width characters, the Unicode TAG block, other format controls. Refused in every text that people or models read.
 */
// Written as escapes so that this file itself stays readable.
export const HIDDEN_CHARACTERS =
  // oxlint-disable-next-line no-control-regex -- control characters are what this expression is for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]/u

/** Source: BCP 47, without the forms that no catalog uses. */
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/

/** A text people or models read: 1 to `max` UTF-16 units, no hidden characters. */
export function visibleText(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !HIDDEN_CHARACTERS.test(text), {
      message: 'Expected visible text, found a hidden or direction-changing character.',
    })
}

/** A text, or the same text per BCP 47 language tag with `en` always present. */
export function localizedText(max: number) {
  const text = visibleText(max)
  const texts = z
    .object({ en: text })
    .catchall(text)
    .refine((byLanguage) => Object.keys(byLanguage).every((language) => LANGUAGE.test(language)), {
      message: 'Expected language tags such as `de` or `pt-BR`.',
    })
  return z.union([text, texts])
}

/** A text, or the same text in several languages (BCP 47 tag to text, `en` always there). */
export type LocalizedText = string | ({ readonly en: string } & { readonly [language: string]: string })
