import type {
  ImportConfiguration,
  ImportInput,
  ImportOption,
  ImportPlan,
  ImportableServer,
} from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { DialogElement } from '../elements/dialog.ts'
import { checkField, selectField, textField } from '../elements/field.ts'
import { notice } from '../elements/notice.ts'
import { emptyState, problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { TYPING_PAUSE_MS } from '../limits.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { bundleFields, sendBundle } from './bundle-upload.ts'
import './secret-picker.ts'
import './reviews.css'

type Reference = { readonly source: string; readonly name: string } | { readonly bundle: string }

/** Finds a server in an MCP Registry, or takes an MCPB bundle, and asks for what it needs. Answers with settings to install. */
@customElement('nx-server-add-dialog')
export class ServerAddDialog extends DialogElement<ImportConfiguration> {
  @state() private source = 'own'
  @state() private search = ''
  @state() private plan: ImportPlan | undefined
  @state() private option = 0
  @state() private values: Readonly<Record<string, string>> = {}
  @state() private secrets: Readonly<Record<string, string>> = {}
  @state() private bundle: { readonly file?: File; readonly sha256: string } = { sha256: '' }
  #reference: Reference | undefined
  #typing: ReturnType<typeof setTimeout> | undefined
  private readonly action = new Action(this)
  private readonly sources = new Resource(this, {
    args: () => [],
    load: (_, signal) => call('serverSources', { signal }),
  })
  private readonly found = new Resource(this, {
    args: () => [this.source, this.search] as const,
    load: ([source, search], signal) => call('importableServers', { query: { source, search }, signal }),
    keepWhileLoading: true,
  })

  override disconnectedCallback(): void {
    clearTimeout(this.#typing)
    super.disconnectedCallback()
  }

  private type(text: string): void {
    clearTimeout(this.#typing)
    this.#typing = setTimeout(() => (this.search = text.trim()), TYPING_PAUSE_MS)
  }

  private async choose(server: ImportableServer): Promise<void> {
    const reference = { source: this.source, name: server.name }
    this.open(reference, await this.action.run(() => call('planImport', { body: { server: reference } })))
  }

  private async upload(): Promise<void> {
    const { file, sha256 } = this.bundle
    if (file === undefined) return
    const held = await this.action.run(() => sendBundle(file, sha256.trim().toLowerCase()))
    if (held) this.open({ bundle: held.bundle }, held.plan)
  }

  private open(reference: Reference, plan: ImportPlan | undefined): void {
    if (!plan) return
    this.#reference = reference
    this.plan = plan
    const usable = plan.options.find(({ refusal }) => refusal === undefined) ?? plan.options[0]
    this.pick(usable?.index ?? 0)
  }

  private pick(index: number): void {
    this.option = index
    this.secrets = {}
    const inputs = this.plan?.options[index]?.inputs ?? []
    this.values = Object.fromEntries(
      inputs.flatMap(({ key, default: preset }) => (preset === undefined ? [] : [[key, preset]])),
    )
  }

  private async finishPlan(): Promise<void> {
    const server = this.#reference
    if (!server) return
    const { option, values, secrets } = this
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
    const made = await this.action.run(() => call('importServer', { body: { server, option, values: given, secrets } }))
    if (made) this.finish(made)
  }

  private result(server: ImportableServer): TemplateResult {
    return html`<li>
      <div class="row spread">
        <div>
          <strong dir="auto" translate="no">${server.title ?? server.name}</strong>
          <p class="muted small break" translate="no">${server.name} ${server.version}</p>
        </div>
        <button type="button" class="btn tight" ?disabled=${this.action.busy} @click=${() => this.choose(server)}>
          ${t('import.choose')}<span class="sr" translate="no"> ${server.name}</span>
        </button>
      </div>
      <p dir="auto" translate="no">${server.description}</p>
      <p class="row">
        ${server.offers.map((offer) => html`<span class="badge" translate="no">${offer}</span>`)}
        ${server.status === 'active' ? '' : html`<span class="badge warn">${t('import.deprecated')}</span>`}
      </p>
    </li>`
  }

  private finder(): TemplateResult {
    const sources = this.sources.value?.items ?? []
    return html`${problemNotice(this.action.problem)}
      <div class="fields pair">
        ${textField({ id: 'import-search', label: t('import.search'), type: 'search', value: this.search, onInput: (text) => this.type(text) })}
        ${selectField(
          {
            id: 'import-source',
            label: t('import.source'),
            value: this.source,
            onChange: (value) => (this.source = value),
          },
          sources.map(({ name, url }) => ({
            value: name,
            label: name === 'own' ? t('import.source.own') : `${name} (${new URL(url).host})`,
            foreign: name !== 'own',
          })),
        )}
      </div>
      ${this.found.render(({ items }) =>
        items.length === 0
          ? emptyState('search', t('import.none.title'), t('import.none.text'))
          : html`<ul class="cases">
              ${items.map((server) => this.result(server))}
            </ul>`,
      )}
      ${bundleFields(
        this.bundle,
        (bundle) => (this.bundle = bundle),
        () => void this.upload(),
        this.action.busy,
      )}
      ${may('users:manage') ? html`<p class="muted small">${t('import.source.hint')}</p>` : ''}`
  }

  private input(input: ImportInput): TemplateResult {
    const { key, title, description, placeholder, required } = input
    const hint = [description, placeholder].filter((text) => text !== undefined && text !== '').join(' — ')
    const options = { id: `import-${key}`, label: title, hint, required, foreign: true }
    const set = (value: string) => (this.values = { ...this.values, [key]: value })
    if (input.secret) {
      return html`<nx-secret-picker
        .options=${options}
        .value=${this.secrets[key] ?? ''}
        @secret-change=${(event: CustomEvent<string>) => (this.secrets = { ...this.secrets, [key]: event.detail })}
      ></nx-secret-picker>`
    }
    const value = this.values[key] ?? ''
    if (input.kind === 'boolean')
      return checkField(title, value === 'true', (on) => set(String(on)), { id: options.id })
    if (input.kind === 'choice') {
      const choices = (input.choices ?? []).map((choice) => ({ value: choice, label: choice, foreign: true }))
      return selectField({ ...options, value, onChange: set }, [{ value: '', label: t('config.choose') }, ...choices])
    }
    return textField({ ...options, value, mono: input.kind === 'path', onInput: set })
  }

  private way({ title, refusal, notes, inputs }: ImportOption): TemplateResult {
    if (refusal) return notice('bad', html`<span translate="no">${refusal.message}</span>`)
    return html`<p class="muted small break" translate="no">${title}</p>
      ${notes.map((note) => notice('info', t(`import.note.${note}`)))}
      ${inputs.length === 0 ? html`<p class="muted">${t('import.noInputs')}</p>` : html`<div class="fields">${inputs.map((input) => this.input(input))}</div>`}`
  }

  private planned(plan: ImportPlan): TemplateResult {
    const chosen = plan.options[this.option]
    return html`${problemNotice(this.action.problem)}
      <p dir="auto" translate="no">${plan.description}</p>
      ${
        plan.options.length > 1
          ? selectField(
              {
                id: 'import-way',
                label: t('import.way'),
                value: String(this.option),
                onChange: (value) => this.pick(Number(value)),
              },
              plan.options.map(({ index, title }) => ({ value: String(index), label: title, foreign: true })),
            )
          : ''
      }
      ${chosen === undefined ? emptyState('plug', t('import.noWay.title'), t('import.noWay.text')) : this.way(chosen)}`
  }

  protected override render(): TemplateResult {
    const { plan } = this
    const usable = plan !== undefined && plan.options[this.option]?.pluginId !== undefined
    const back = html`<button type="button" class="btn" @click=${() => (this.plan = undefined)}>
      ${t('import.back')}
    </button>`
    return this.frame({
      title: plan === undefined ? t('import.title') : (plan.title ?? plan.name),
      body: html`<div class="stack">${plan === undefined ? this.finder() : this.planned(plan)}</div>`,
      footer: html`<button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
          ${t('action.cancel')}
        </button>
        ${
          plan === undefined
            ? ''
            : html`${back}<button
                  type="button"
                  class="btn primary"
                  ?disabled=${!usable || this.action.busy}
                  @click=${() => this.finishPlan()}
                >
                  ${t('import.continue')}
                </button>`
        }`,
    })
  }
}
