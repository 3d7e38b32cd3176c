import type { VirtualServerView } from '@nexus/runtime/contract'
import type { TemplateResult } from 'lit'
import { html } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { DialogElement } from '../elements/dialog.ts'
import { textField } from '../elements/field.ts'
import { problemNotice } from '../elements/states.ts'
import { fieldError } from '../i18n/problem-text.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { slugOf } from './server-draft.ts'

/** Makes another server like one that is there. */
@customElement('nx-server-clone-dialog')
export class ServerCloneDialog extends DialogElement<VirtualServerView> {
  @property({ attribute: false }) server = { name: '', title: '' }
  @state() private typedTitle: string | undefined
  @state() private typedName: string | undefined
  private readonly action = new Action(this)

  private get newTitle(): string {
    return this.typedTitle ?? t('server.clone.of', { title: this.server.title })
  }

  private get newName(): string {
    return this.typedName ?? slugOf(this.newTitle)
  }

  private async clone(): Promise<void> {
    const params = { name: this.server.name }
    const body = { name: this.newName, title: this.newTitle }
    const made = await this.action.run(() => call('cloneVirtualServer', { params, body }))
    if (made) this.finish(made)
  }

  protected override render(): TemplateResult {
    const ready = this.newTitle.trim() !== '' && this.newName !== '' && !this.action.busy
    return this.frame({
      narrow: true,
      title: t('server.clone.title', { title: this.server.title }),
      body: html`${problemNotice(this.action.problem)}
      ${textField({
        id: 'clone-title',
        label: t('server.titleField'),
        required: true,
        maxlength: 80,
        value: this.newTitle,
        error: fieldError(this.action.problem, 'title'),
        onInput: (title) => (this.typedTitle = title),
      })}
      ${textField({
        id: 'clone-name',
        label: t('server.name'),
        required: true,
        mono: true,
        maxlength: 40,
        hint: t('server.name.hint', { name: this.newName || '…' }),
        value: this.newName,
        error: fieldError(this.action.problem, 'name'),
        onInput: (name) => (this.typedName = name),
      })}`,
      footer: html`<button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
          ${t('action.cancel')}
        </button>
        <button class="btn primary" ?disabled=${!ready}>${t('server.clone')}</button>`,
      onSubmit: () => {
        if (ready) void this.clone()
      },
    })
  }
}
