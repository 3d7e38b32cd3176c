import { html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { problemOf } from '../client/api-error.ts'
import { icon } from '../elements/icon.ts'
import { NxElement } from '../elements/nx-element.ts'
import { failureState } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { connection, tryAgain } from '../state/connection.ts'
import { may, session } from '../state/session.ts'
import { Follow } from '../state/store.ts'
import { dismissToast, toasts } from '../state/toasts.ts'
import { followHeld } from '../state/held.ts'
import { followWaiting } from '../state/waiting.ts'
import type { Problem } from '@nexus/runtime/contract'
import { focusHeading } from './focus.ts'
import './preferences.ts'
import './rail.ts'
import './top-bar.ts'
import { followLinks, go, place, safeReturn } from './router.ts'
import { ScreenElement } from './screen-element.ts'
import { matchScreen, railGroups, type PathParams, type ScreenDefinition } from './screens.ts'

/** A click on a link, or beside the drawer, closes it. */
function leaveDrawer(event: Event): void {
  if (event.currentTarget instanceof HTMLDialogElement) event.currentTarget.close()
}

/** The shell: who is signed in, where they are, and the frame around the screen. */
@customElement('nx-app')
export class App extends NxElement {
  @state() private screen: ScreenElement | undefined
  @state() private drawerOpen = false
  @state() private trouble: Problem | undefined
  protected readonly followAll = new Follow(this, place, connection, toasts)
  /** The address is known to lead nowhere, or nowhere this person may go. */
  @state() private refused = false
  #shown = ''
  #first = true

  override connectedCallback(): void {
    super.connectedCallback()
    followLinks(document)
    followWaiting()
    followHeld()
    void this.identify()
    place.addEventListener('change', () => void this.navigate())
    session.addEventListener('change', () => void this.navigate())
  }

  private async identify(): Promise<void> {
    this.trouble = undefined
    try {
      session.set(await call('me', {}))
    } catch (error) {
      const problem = problemOf(error)
      if (problem.status !== 401) this.trouble = problem
      else await this.navigate()
    }
  }

  /** Sends people without a session to sign in or to the first run, and signed-in people away from there. */
  private redirect(screen: ScreenDefinition | undefined): string | undefined {
    const { path } = place.value
    if (session.value === null && !screen?.gate) {
      return path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path + location.search)}`
    }
    if (session.value && screen?.tag === 'nx-sign-in') return safeReturn(place.value.query.get('next') ?? '/')
    if (session.value && path === '/' && !may('installations:read')) {
      return railGroups.flatMap((group) => group.items).find((item) => may(item.needs))?.href
    }
    return undefined
  }

  private async navigate(): Promise<void> {
    if (session.value === undefined) return
    const match = matchScreen(place.value.path)
    const elsewhere = this.redirect(match?.screen)
    if (elsewhere !== undefined && elsewhere !== place.value.path) {
      go(elsewhere, { replace: true })
      return
    }
    if (!match || (match.screen.needs && !may(match.screen.needs))) {
      this.screen = undefined
      this.#shown = ''
      this.refused = true
      document.title = t('app.documentTitle', { screen: t(match ? 'state.forbidden' : 'state.missing') })
      await this.updateComplete
      if (!this.#first) focusHeading(this)
      this.#first = false
      return
    }
    this.refused = false
    await this.open(match.screen, match.params)
  }

  private async open(definition: ScreenDefinition, params: PathParams): Promise<void> {
    const subject = `${definition.tag} ${JSON.stringify({ ...params, tab: undefined })}`
    if (this.screen && this.#shown === subject) {
      this.screen.params = params
      return
    }
    const wanted = place.value.path
    try {
      await definition.load()
    } catch (error) {
      this.trouble = problemOf(error)
      return
    }
    if (wanted !== place.value.path) return
    const element = document.createElement(definition.tag)
    if (!(element instanceof ScreenElement)) throw new TypeError(`Expected a screen, found ${definition.tag}.`)
    element.classList.add('screen')
    element.params = params
    this.#shown = subject
    this.screen = element
    this.trouble = undefined
    document.title = t('app.documentTitle', { screen: t(definition.title) })
    scrollTo(0, 0)
    await this.updateComplete
    await element.updateComplete
    if (!this.#first) focusHeading(element)
    this.#first = false
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    const shelf = this.querySelector('.toasts')
    if (shelf instanceof HTMLElement && toasts.value.length > 0 && !shelf.matches(':popover-open')) shelf.showPopover()
  }

  private content(): unknown {
    if (this.trouble) {
      return html`<div class="page">
        ${failureState(this.trouble, () => void this.identify().then(() => this.navigate()), true)}
      </div>`
    }
    if (this.screen) return this.screen
    if (!this.refused) return html`<div class="page"><nx-loading></nx-loading></div>`
    return html`<div class="page">${this.refusal()}</div>`
  }

  private refusal(): TemplateResult {
    const match = matchScreen(place.value.path)
    const known = match !== undefined
    return html`<div class="void">
      ${icon(known ? 'shield' : 'search')}
      <h1 tabindex="-1">${t(known ? 'state.forbidden' : 'state.missing')}</h1>
      <p>${t(known ? 'state.forbidden.advice' : 'state.missing.advice')}</p>
      ${
        match?.screen.needs
          ? html`<p class="small">${t('state.forbidden.needs')} <code translate="no">${match.screen.needs}</code></p>`
          : ''
      }
      <div class="row"><a class="btn" href="/">${t('state.goHome')}</a></div>
    </div>`
  }

  private offline(): TemplateResult | '' {
    const { online, retryIn } = connection.value
    if (online) return ''
    return html`<div class="banner" role="alert">
      ${icon('warning')}<strong>${t('offline.title')}</strong>
      <span aria-hidden="true" class="num">${t('offline.retryIn', { count: retryIn })}</span>
      <button type="button" class="btn tight" @click=${() => tryAgain()}>${t('offline.now')}</button>
    </div>`
  }

  private toasts(): TemplateResult {
    return html`<div class="toasts" popover="manual" role="status" aria-live="polite">
      ${toasts.value.map(
        (shown) =>
          html`<div class="toast">
            ${icon('check')}<span class="grow">${shown.text}</span>
            <button
              type="button"
              class="btn quiet square"
              aria-label=${t('action.dismiss')}
              @click=${() => dismissToast(shown.id)}
            >
              ${icon('close')}
            </button>
          </div>`,
      )}
    </div>`
  }

  private async openDrawer(): Promise<void> {
    this.drawerOpen = true
    await this.updateComplete
    this.querySelector<HTMLDialogElement>('.drawer')?.showModal()
  }

  /** Its navigation exists only while it is open, so that the page holds and refreshes one copy. */
  private drawer(): TemplateResult | '' {
    if (!this.drawerOpen) return ''
    return html`<dialog
      class="drawer rail"
      aria-label=${t('rail.label')}
      @click=${leaveDrawer}
      @close=${() => (this.drawerOpen = false)}
    >
      <nx-rail></nx-rail>
    </dialog>`
  }

  protected override render(): TemplateResult {
    const gate = matchScreen(place.value.path)?.screen.gate || !session.value
    if (gate) {
      return html`<div class="gate">
        <header class="top">
          <span class="brand" translate="no"
            ><img src="/favicon.svg" width="26" height="26" alt="" /><span>Nexus</span></span
          >
          <div class="tools"><nx-preferences></nx-preferences></div>
        </header>
        <main id="main">${this.offline()}${this.content()}</main>
        ${this.toasts()}
      </div>`
    }
    return html`<a class="skip" href="#main">${t('app.skip')}</a>
      <div class="shell">
        <div class="rail"><nx-rail></nx-rail></div>
        <div>
          <nx-top-bar @open-navigation=${() => this.openDrawer()}></nx-top-bar>${this.offline()}
          <main id="main" tabindex="-1">${this.content()}</main>
        </div>
      </div>
      ${this.drawer()} ${this.toasts()}`
  }
}
