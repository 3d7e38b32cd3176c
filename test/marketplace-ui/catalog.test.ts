import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const source = join(import.meta.dirname, '../../marketplace-ui/src')

type Message = string | Readonly<Record<string, string>>
type Catalog = Readonly<Record<string, Message>>

const read = (tag: string): Catalog => JSON.parse(readFileSync(join(source, `locales/${tag}.json`), 'utf8'))
const english = read('en')
const translations = readdirSync(join(source, 'locales'))
  .map((file) => file.replace('.json', ''))
  .filter((tag) => tag !== 'en')

const texts = (message: Message): readonly string[] =>
  typeof message === 'string' ? [message] : Object.values(message)

/** The placeholders of all forms of a message; `count` may be spelled out in a form for one. */
function placeholders(message: Message): readonly string[] {
  const names = texts(message).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))
  return [...new Set(names)].toSorted()
}

const code = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n')

/** Keys made at run time, for example `plugin.state.${state}`: everything below the fixed part counts as used. */
const prefixes = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map((match) => match[1] ?? '')

describe('catalogs [U6]', () => {
  test.for(translations)('%s has exactly the keys of English', (tag) => {
    expect(Object.keys(read(tag)).toSorted()).toEqual(Object.keys(english).toSorted())
  })

  test.for(translations)('%s uses the same placeholders as English in every message', (tag) => {
    const catalog = read(tag)
    const different = Object.entries(english).filter(
      ([key, message]) => placeholders(message).join() !== placeholders(catalog[key] ?? '').join(),
    )
    expect(different.map(([key]) => key)).toEqual([])
  })

  test.for(['en', ...translations])('%s has a form for every plural category of its language', (tag) => {
    const { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions()
    const incomplete = Object.entries(read(tag)).filter(
      ([, message]) =>
        typeof message !== 'string' && pluralCategories.some((category) => message[category] === undefined),
    )
    expect(incomplete.map(([key]) => key)).toEqual([])
  })

  test('no message is empty or has space around it', () => {
    for (const tag of ['en', ...translations]) {
      for (const [key, message] of Object.entries(read(tag))) {
        for (const text of texts(message)) expect(text, `${tag} ${key}`).toBe(text.trim())
        for (const text of texts(message)) expect(text, `${tag} ${key}`).not.toBe('')
      }
    }
  })

  test('every message is used somewhere', () => {
    const unused = Object.keys(english).filter(
      (key) => !code.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)),
    )
    expect(unused).toEqual([])
  })
})
