import type { Problem, VirtualServerView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { DialogElement } from '../elements/dialog.ts'
import { checkField, field, textField } from '../elements/field.ts'
import { notice } from '../elements/notice.ts'
import { problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'

export interface Imported {
  readonly server: VirtualServerView
  readonly missing: readonly string[]
}

/** Makes a server from a YAML file that another one was written to. */
@customElement('nx-server-import-dialog')
export class ServerImportDialog extends DialogElement<Imported> {
  @state() private yaml = ''
  @state() private newName = ''
  @state() private replace = false
  private readonly action = new Action(this)

  private async read(event: Event): Promise<void> {
    const file = event.target instanceof HTMLInputElement ? event.target.files?.[0] : undefined
    if (file !== undefined) this.yaml = await file.text()
  }

  private async import(): Promise<void> {
    const { yaml, replace } = this
    const name = this.newName.trim()
    const body = { yaml, replace, ...(name === '' ? {} : { name }) }
    const made = await this.action.run(() => call('importVirtualServer', { body }))
    if (made) this.finish({ server: made.server, missing: made.missing })
  }

  protected override render(): TemplateResult {
    const ready = this.yaml.trim() !== '' && !this.action.busy
    return this.frame({
      title: t('servers.import'),
      body: html`${problemNotice(this.action.problem)} ${faultList(this.action.problem)}
      ${field(
        { id: 'import-file', label: t('servers.import.file') },
        html`<input
          class="input"
          type="file"
          id="import-file"
          accept=".yaml,.yml,text/yaml"
          @change=${(event: Event) => this.read(event)}
        />`,
      )}
      ${field(
        { id: 'import-yaml', label: t('servers.import.yaml') },
        html`<textarea
          class="input mono"
          id="import-yaml"
          rows="12"
          spellcheck="false"
          .value=${this.yaml}
          @input=${(event: Event) => {
            if (event.target instanceof HTMLTextAreaElement) this.yaml = event.target.value
          }}
        ></textarea>`,
      )}
      ${textField({
        id: 'import-name',
        label: t('servers.import.name'),
        mono: true,
        maxlength: 40,
        hint: t('servers.import.name.hint'),
        value: this.newName,
        onInput: (name) => (this.newName = name),
      })}
      ${checkField(t('servers.import.replace'), this.replace, (on) => (this.replace = on), { id: 'import-replace' })}`,
      footer: html`<button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
          ${t('action.cancel')}
        </button>
        <button class="btn primary" ?disabled=${!ready}>${t('servers.import')}</button>`,
      onSubmit: () => {
        if (ready) void this.import()
      },
    })
  }
}

/** What is wrong with the file, line by line. */
function faultList(problem: Problem | undefined): TemplateResult | '' {
  const errors = problem?.errors ?? []
  if (errors.length === 0) return ''
  return notice(
    'warn',
    html`<ul class="stack-s" translate="no">
      ${errors.map(({ path, message }) => html`<li><code>${path}</code> ${message}</li>`)}
    </ul>`,
  )
}
