import { Store } from './store.ts'
import { readChoice, writeChoice } from './storage.ts'

export type Theme = 'system' | 'light' | 'dark'

const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
const stored = readChoice('nexus.theme')

export const theme = new Store<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system')

function paint(): void {
  const dark = theme.value === 'dark' || (theme.value === 'system' && systemIsDark.matches)
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
}

theme.addEventListener('change', () => {
  writeChoice('nexus.theme', theme.value === 'system' ? undefined : theme.value)
  paint()
})
systemIsDark.addEventListener('change', paint)
