import type en from '../locales/en.json'

/** A key of the English catalog. A key that does not exist fails the type check. */
export type MessageKey = keyof typeof en

/** A text, or one text per plural category of the language. */
export type Message = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>

export type Catalog = Readonly<Partial<Record<MessageKey, Message>>>
