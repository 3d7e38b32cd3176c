import en from '../locales/en.json'
import { Store } from '../state/store.ts'
import { readChoice, writeChoice } from '../state/storage.ts'
import type { Catalog } from './catalog.ts'

export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number] | 'en-XA'

export interface Locale {
  readonly language: Language
  readonly catalog: Catalog
}

export const english: Catalog = en
export const locale = new Store<Locale>({ language: 'en', catalog: english })

function isLanguage(value: string): value is Language {
  return value === 'en' || value === 'de' || value === 'en-XA'
}

async function loadCatalog(language: Language): Promise<Catalog> {
  if (language === 'de') return (await import('../locales/de.json')).default
  if (language === 'en-XA') return (await import('./pseudo.ts')).pseudoCatalog(english)
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
