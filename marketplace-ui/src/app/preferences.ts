import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { icon, type IconName } from '../elements/icon.ts'
import { NxElement } from '../elements/nx-element.ts'
import { languageName } from '../i18n/format.ts'
import { LANGUAGES, locale, setLanguage } from '../i18n/locale.ts'
import { t } from '../i18n/translate.ts'
import { Follow } from '../state/store.ts'
import { theme, type Theme } from '../state/theme.ts'

const themes: readonly { readonly value: Theme; readonly icon: IconName }[] = [
  { value: 'system', icon: 'system' },
  { value: 'light', icon: 'sun' },
  { value: 'dark', icon: 'moon' },
]

/** Language and theme: kept for the next visit, applied at once. */
@customElement('nx-preferences')
export class Preferences extends NxElement {
  @property({ attribute: false }) group = 'preferences'
  protected readonly followTheme = new Follow(this, theme)

  private changeLanguage(event: Event): void {
    const { target } = event
    if (!(target instanceof HTMLSelectElement)) return
    const chosen = LANGUAGES.find((language) => language === target.value)
    if (chosen) void setLanguage(chosen)
  }

  protected override render(): TemplateResult {
    return html`<div class="row prefs">
      <select
        class="input language"
        aria-label=${t('prefs.language')}
        @change=${(event: Event) => this.changeLanguage(event)}
      >
        ${LANGUAGES.map(
          (language) =>
            html`<option
              value=${language}
              lang=${language}
              translate="no"
              .selected=${locale.value.language === language}
            >
              ${languageName(language)}
            </option>`,
        )}
      </select>
      <fieldset class="segmented" aria-label=${t('prefs.theme')}>
        ${themes.map(
          (choice) =>
            html`<label title=${t(`prefs.theme.${choice.value}`)}>
              <input
                type="radio"
                name=${this.group}
                aria-label=${t(`prefs.theme.${choice.value}`)}
                .checked=${theme.value === choice.value}
                @change=${() => theme.set(choice.value)}
              />
              ${icon(choice.icon)}
            </label>`,
        )}
      </fieldset>
    </div>`
  }
}
