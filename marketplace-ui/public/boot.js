// Runs before the first paint, so that language, direction and theme never flash.
// A classic script of our own origin: the content security policy allows no inline code.
function readChoice(key) {
  try {
    return localStorage.getItem(key)
  } catch {
    // Storage may be switched off by the browser; the choice then lasts as long as the page.
    return null
  }
}

;(() => {
  const root = document.documentElement
  const rightToLeft = new Set(['ar', 'he', 'fa', 'ur'])
  const language = readChoice('nexus.language') ?? (navigator.language.startsWith('de') ? 'de' : 'en')
  root.lang = language
  root.dir = rightToLeft.has(language.split('-')[0]) ? 'rtl' : 'ltr'
  const theme = readChoice('nexus.theme')
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
})()
