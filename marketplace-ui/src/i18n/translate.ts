import type { MessageKey } from './catalog.ts'
import { locale } from './locale.ts'

export type Values = Readonly<Record<string, string | number>>

let rules: { readonly language: string; readonly plural: Intl.PluralRules } | undefined

function pluralOf(count: number): Intl.LDMLPluralRule {
  const { language } = locale.value
  if (rules?.language !== language) rules = { language, plural: new Intl.PluralRules(language) }
  return rules.plural.select(count)
}

function show(value: string | number): string {
  return typeof value === 'number' ? new Intl.NumberFormat(locale.value.language).format(value) : value
}

/** The text of a key in the chosen language; English where a translation is missing. `count` chooses the plural. */
export function t(key: MessageKey, values: Values = {}): string {
  const message = locale.value.catalog[key] ?? key
  const count = values['count']
  const text =
    typeof message === 'string' ? message : (message[pluralOf(typeof count === 'number' ? count : 0)] ?? message.other)
  return (text ?? key).replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    return value === undefined ? whole : show(value)
  })
}

/** Is there a text for a key that is made at run time, for example from an error code? */
export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(locale.value.catalog, key)
}
