import germanUrl from '../locales/de.json?url'
import englishUrl from '../locales/en.json?url'
import { Store } from '../state/store.ts'
import { readChoice, writeChoice } from '../state/storage.ts'
import type { Catalog } from './catalog.ts'

export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number] | 'en-XA'

export interface Locale {
  readonly language: Language
  readonly catalog: Catalog
}

export const locale = new Store<Locale>({ language: 'en', catalog: {} })

function isLanguage(value: string): value is Language {
  return value === 'en' || value === 'de' || value === 'en-XA'
}

/** Texts are data, not code: nothing has to be compiled before the first paint. */
async function fetchCatalog(url: string): Promise<Catalog> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`Expected the texts at ${url}, found status ${answer.status}. Reload the page.`)
  return answer.json()
}

/** The catalog of a language; English where a translation is missing. */
async function loadCatalog(language: Language): Promise<Catalog> {
  const english = fetchCatalog(englishUrl)
  if (language === 'de') {
    const [fallback, german] = await Promise.all([english, fetchCatalog(germanUrl)])
    return { ...fallback, ...german }
  }
  if (language === 'en-XA') return (await import('./pseudo.ts')).pseudoCatalog(await english)
  return english
}

/** Switches the language of the page and remembers it. */
export async function setLanguage(language: Language): Promise<void> {
  const catalog = await loadCatalog(language)
  writeChoice('nexus.language', language)
  document.documentElement.lang = language
  locale.set({ language, catalog })
}

/** Loads the language that `boot.js` chose before the first paint. */
export async function loadInitialLanguage(): Promise<void> {
  const wanted = readChoice('nexus.language') ?? document.documentElement.lang
  const language = isLanguage(wanted) ? wanted : 'en'
  const catalog = await loadCatalog(language)
  document.documentElement.lang = language
  locale.set({ language, catalog })
}
