import { html, type TemplateResult } from 'lit'
import { NxElement } from './nx-element.ts'

/**
 * Base of all dialogs. It owns a native modal `<dialog>`, starts with the focus on the element marked
 * `data-safe` (the one that changes nothing), and resolves with what the person decided.
 */
export abstract class DialogElement<Result> extends NxElement {
  #settle: ((result: Result | undefined) => void) | undefined
  #result: Result | undefined

  /** Opens the dialog on top of the page; resolves when it is closed, with `undefined` when it was left. */
  show(): Promise<Result | undefined> {
    document.body.append(this)
    return new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  protected finish(result: Result | undefined): void {
    this.#result = result
    this.querySelector('dialog')?.close()
  }

  protected override firstUpdated(): void {
    const dialog = this.querySelector('dialog')
    dialog?.showModal()
    const safe = this.querySelector('[data-safe]')
    if (safe instanceof HTMLElement) safe.focus()
  }

  private closed(event: Event): void {
    if (event.target !== this.querySelector('dialog')) return
    this.remove()
    this.#settle?.(this.#result)
  }

  protected frame(parts: {
    readonly title: string
    readonly body: unknown
    readonly footer: unknown
    readonly narrow?: boolean
    readonly onSubmit?: () => void
  }): TemplateResult {
    const inner = html`<header><h2 id="dialog-title" tabindex="-1">${parts.title}</h2></header>
      <div class="body">${parts.body}</div>
      <footer>${parts.footer}</footer>`
    const submit = (event: Event): void => {
      event.preventDefault()
      parts.onSubmit?.()
    }
    return html`<dialog
      class="dialog ${parts.narrow ? 'narrow' : ''}"
      aria-labelledby="dialog-title"
      @close=${(event: Event) => this.closed(event)}
    >
      ${parts.onSubmit ? html`<form novalidate @submit=${submit}>${inner}</form>` : inner}
    </dialog>`
  }
}
