import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/controls.css'
import './styles/parts.css'
import { loadInitialLanguage } from './i18n/locale.ts'

await loadInitialLanguage()
// The first element is defined only now, so that nothing is ever shown in the wrong language.
await import('./app/nx-app.ts')
