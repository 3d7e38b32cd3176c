import { LitElement } from 'lit'
import { locale } from '../i18n/locale.ts'
import { session } from '../state/session.ts'
import { Follow } from '../state/store.ts'

/**
 * Base of all our elements: light DOM, so that labels, headings and styles belong to one document,
 * and rendered again when the language or the session changes.
 */
export class NxElement extends LitElement {
  protected readonly follow = new Follow(this, locale, session)

  protected override createRenderRoot(): HTMLElement {
    return this
  }
}
