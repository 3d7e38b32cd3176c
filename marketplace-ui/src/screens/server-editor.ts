import type { CatalogView, Problem, UserView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { textField } from '../elements/field.ts'
import { NxElement } from '../elements/nx-element.ts'
import { panel } from '../elements/panel.ts'
import { problemNotice } from '../elements/states.ts'
import { fieldError } from '../i18n/problem-text.ts'
import { t } from '../i18n/translate.ts'
import { EMPTY_DRAFT, slugOf, type PrefixMode, type ServerDraft } from './server-draft.ts'
import './server-page.css'
import './server-preview.ts'
import './server-rules.ts'
import './server-tools.ts'

const MODES: readonly PrefixMode[] = ['conditional', 'always', 'never']

export interface SavedDraft {
  readonly name: string
  readonly draft: ServerDraft
}

/** The form of a virtual server. A new one also gets a name; an existing one keeps its address. */
@customElement('nx-server-editor')
export class ServerEditor extends NxElement {
  @property({ attribute: false }) upstreams: readonly CatalogView[] = []
  @property({ attribute: false }) people: readonly UserView[] = []
  @property({ attribute: false }) start: ServerDraft = EMPTY_DRAFT
  /** Of a server that is there. */
  @property({ attribute: false }) name = ''
  @property({ attribute: false }) isNew = false
  @property({ attribute: false }) busy = false
  @property({ attribute: false }) problem: Problem | undefined
  @state() private changed: ServerDraft | undefined
  @state() private typedName: string | undefined

  private get draft(): ServerDraft {
    return this.changed ?? this.start
  }

  private get serverName(): string {
    return this.isNew ? (this.typedName ?? slugOf(this.draft.title)) : this.name
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
          <nx-server-rules
            .draft=${draft}
            .labels=${this.upstreams.map(({ upstream }) => upstream)}
            .people=${this.people}
            @draft-change=${(event: CustomEvent<ServerDraft>) => (this.changed = event.detail)}
          ></nx-server-rules>
        </div>
        <div class="stack sticky">
          <nx-server-preview .draft=${draft} .name=${this.serverName} .people=${this.people}></nx-server-preview>
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
