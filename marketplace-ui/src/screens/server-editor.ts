import type { Problem, UpstreamView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { textField } from '../elements/field.ts'
import { NxElement } from '../elements/nx-element.ts'
import { notice } from '../elements/notice.ts'
import { panel } from '../elements/panel.ts'
import { problemNotice } from '../elements/states.ts'
import { fieldError } from '../i18n/problem-text.ts'
import { t } from '../i18n/translate.ts'
import { previewNames, slugOf, type PrefixMode, type ServerDraft } from './server-draft.ts'
import './server-page.css'
import './server-tools.ts'

const MODES: readonly PrefixMode[] = ['conditional', 'always', 'never']

export interface SavedDraft {
  readonly name: string
  readonly draft: ServerDraft
}

/** The form of a virtual server. A new one also gets a name; an existing one keeps its address. */
@customElement('nx-server-editor')
export class ServerEditor extends NxElement {
  @property({ attribute: false }) upstreams: readonly UpstreamView[] = []
  @property({ attribute: false }) start: ServerDraft = {
    title: '',
    description: '',
    prefixMode: 'conditional',
    tools: [],
  }
  @property({ attribute: false }) isNew = false
  @property({ attribute: false }) busy = false
  @property({ attribute: false }) problem: Problem | undefined
  @state() private changed: ServerDraft | undefined
  @state() private typedName: string | undefined

  private get draft(): ServerDraft {
    return this.changed ?? this.start
  }

  private get serverName(): string {
    return this.typedName ?? slugOf(this.draft.title)
  }

  private submit(event: Event): void {
    event.preventDefault()
    const detail: SavedDraft = { name: this.serverName, draft: this.draft }
    this.dispatchEvent(new CustomEvent('save', { detail }))
  }

  private identity(): TemplateResult {
    const { draft } = this
    return panel(
      t('server.identity'),
      html`<div class="fields">
        ${textField({
          id: 'title',
          label: t('server.titleField'),
          required: true,
          maxlength: 80,
          value: draft.title,
          error: fieldError(this.problem, 'title'),
          onInput: (title) => (this.changed = { ...draft, title }),
        })}
        ${
          this.isNew
            ? textField({
                id: 'name',
                label: t('server.name'),
                required: true,
                mono: true,
                maxlength: 40,
                hint: t('server.name.hint', { name: this.serverName || '…' }),
                value: this.serverName,
                error: fieldError(this.problem, 'name'),
                onInput: (name) => (this.typedName = name),
              })
            : ''
        }
        ${textField({
          id: 'description',
          label: t('server.description'),
          maxlength: 400,
          hint: t('server.description.hint'),
          value: draft.description,
          error: fieldError(this.problem, 'description'),
          onInput: (description) => (this.changed = { ...draft, description }),
        })}
        ${this.modes()}
      </div>`,
    )
  }

  private modes(): TemplateResult {
    const { draft } = this
    return html`<fieldset class="stack-s">
      <legend>${t('server.prefix')}</legend>
      ${MODES.map(
        (mode) =>
          html`<label class="check">
            <input
              type="radio"
              name="prefix"
              .checked=${draft.prefixMode === mode}
              @change=${() => (this.changed = { ...draft, prefixMode: mode })}
            />
            <span>${t(`server.prefix.${mode}`)}</span>
          </label>`,
      )}
    </fieldset>`
  }

  private preview(): TemplateResult {
    const names = previewNames(this.draft, this.upstreams)
    const clashes = names.filter((item) => item.clash).length
    return panel(
      t('server.preview'),
      html`<div class="stack-s">
        ${clashes > 0 ? notice('warn', t('server.clash', { count: clashes })) : ''}
        ${
          names.length === 0
            ? html`<p class="muted">${t('server.preview.none')}</p>`
            : html`<ul class="effective">
                ${names.map(
                  (item) =>
                    html`<li class=${item.clash ? 'clash' : ''}>
                      <code translate="no">${item.exposed}</code>
                      <span class="muted small" translate="no">${item.upstream}: ${item.tool}</span>
                    </li>`,
                )}
              </ul>`
        }
      </div>`,
      html`<span class="badge">${t('server.toolCount', { count: names.length })}</span>`,
    )
  }

  protected override render(): TemplateResult {
    const { draft } = this
    const ready = draft.title.trim() !== '' && (!this.isNew || this.serverName !== '') && !this.busy
    return html`<form class="stack" novalidate @submit=${(event: Event) => this.submit(event)}>
      ${problemNotice(this.problem)}
      <div class="with-aside">
        <div class="stack">
          ${this.identity()}
          ${panel(
            t('server.tools'),
            html`<nx-server-tools
              .upstreams=${this.upstreams}
              .draft=${draft}
              @draft-change=${(event: CustomEvent<ServerDraft>) => (this.changed = event.detail)}
            ></nx-server-tools>`,
          )}
        </div>
        <div class="stack sticky">
          ${this.preview()}
          <div class="row">
            <button class="btn primary" ?disabled=${!ready}>${t(this.isNew ? 'server.create' : 'server.save')}</button>
            <a class="btn quiet" href=${this.isNew ? '/servers' : location.pathname.replace(/\/edit$/, '')}
              >${t('action.cancel')}</a
            >
          </div>
        </div>
      </div>
    </form>`
  }
}
