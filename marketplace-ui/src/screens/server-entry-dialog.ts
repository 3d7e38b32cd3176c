import type { CatalogEntry, VirtualArgument } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { DialogElement } from '../elements/dialog.ts'
import { selectField, textField } from '../elements/field.ts'
import { t } from '../i18n/translate.ts'
import type { ShownAs } from './server-draft.ts'

const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const

/** What JSON can say at its top. */
type Json = object | string | number | boolean | null

type Giving = 'caller' | 'default' | 'fixed'

interface GivenArgument {
  readonly giving: Giving
  /** JSON, as it is typed. */
  readonly text: string
}

/** Shows a chosen entry in other words, with other hints, and with arguments that callers need not or may not give. */
@customElement('nx-server-entry-dialog')
export class ServerEntryDialog extends DialogElement<ShownAs> {
  @property({ attribute: false }) entry: CatalogEntry = { kind: 'tool', key: '', tags: [] }
  @property({ attribute: false }) shown: ShownAs = {}
  @state() private changed: ShownAs | undefined
  @state() private given: Readonly<Record<string, GivenArgument>> | undefined

  private get words(): ShownAs {
    return this.changed ?? this.shown
  }

  private get argumentsNow(): Readonly<Record<string, GivenArgument>> {
    return this.given ?? readGiven(this.shown.arguments)
  }

  private text(name: 'as' | 'title' | 'description', label: string, upstream: string | undefined): TemplateResult {
    return textField({
      id: `entry-${name}`,
      label,
      mono: name === 'as',
      maxlength: name === 'description' ? 2000 : name === 'as' ? 64 : 200,
      hint: t('server.entry.upstream', { text: upstream ?? '—' }),
      value: this.words[name] ?? '',
      onInput: (value) => {
        const text = name === 'as' ? value.replaceAll(/[^a-zA-Z0-9_-]/g, '_') : value
        this.changed = { ...this.words, [name]: text === '' ? undefined : text }
      },
    })
  }

  private hint(hint: (typeof HINTS)[number]): TemplateResult {
    const said = this.words.annotations?.[hint]
    const upstream = this.entry.annotations?.[hint]
    const saidThere = upstream === undefined ? '—' : t(upstream ? 'server.hint.yes' : 'server.hint.no')
    return selectField(
      {
        id: `entry-${hint}`,
        label: t(`server.hint.${hint}`),
        value: said === undefined ? '' : String(said),
        onChange: (value) => {
          const { [hint]: _, ...others } = this.words.annotations ?? {}
          const annotations = value === '' ? others : { ...others, [hint]: value === 'true' }
          this.changed = {
            ...this.words,
            annotations: Object.keys(annotations).length === 0 ? undefined : annotations,
          }
        },
      },
      [
        { value: '', label: t('server.hint.upstream', { said: saidThere }) },
        { value: 'true', label: t('server.hint.yes') },
        { value: 'false', label: t('server.hint.no') },
      ],
    )
  }

  private argument(name: string): TemplateResult {
    const { giving, text } = this.argumentsNow[name] ?? { giving: 'caller', text: '' }
    const change = (next: GivenArgument) => (this.given = { ...this.argumentsNow, [name]: next })
    const wrong = giving !== 'caller' && readJson(text) === undefined
    return html`<div class="argument">
      ${selectField(
        {
          id: `argument-${name}`,
          label: name,
          foreign: true,
          value: giving,
          onChange: (value) =>
            change({ giving: value === 'fixed' ? 'fixed' : value === 'default' ? 'default' : 'caller', text }),
        },
        (['caller', 'default', 'fixed'] as const).map((value) => ({ value, label: t(`server.argument.${value}`) })),
      )}
      ${
        giving === 'caller'
          ? ''
          : textField({
              id: `argument-value-${name}`,
              label: t('server.argument.value', { name }),
              mono: true,
              maxlength: 4000,
              value: text,
              error: wrong ? t('server.argument.json') : undefined,
              onInput: (value) => change({ giving, text: value }),
            })
      }
    </div>`
  }

  private argumentNames(): readonly string[] {
    const properties = this.entry.inputSchema?.['properties']
    const own = typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
    return [...new Set([...own, ...Object.keys(this.argumentsNow)])]
  }

  private result(): ShownAs | undefined {
    const given: Record<string, VirtualArgument> = {}
    for (const [name, { giving, text }] of Object.entries(this.argumentsNow)) {
      if (giving === 'caller') continue
      const value = readJson(text)
      if (value === undefined) return undefined
      given[name] = giving === 'fixed' ? { fixed: value.value } : { default: value.value }
    }
    const { as, title, description, annotations } = this.words
    return { as, title, description, annotations, arguments: Object.keys(given).length === 0 ? undefined : given }
  }

  protected override render(): TemplateResult {
    const { entry } = this
    const names = entry.kind === 'tool' ? this.argumentNames() : []
    const result = this.result()
    return this.frame({
      title: t('server.reword', { tool: entry.key }),
      body: html`<div class="fields">
          ${entry.kind === 'tool' || entry.kind === 'prompt' ? this.text('as', t('server.exposed'), entry.key) : ''}
          ${this.text('title', t('server.titleField'), entry.title)}
          ${this.text('description', t('server.description'), entry.description)}
        </div>
        ${
          entry.kind === 'tool'
            ? html`<fieldset class="stack-s">
                <legend>${t('server.hints')}</legend>
                <div class="two">${HINTS.map((hint) => this.hint(hint))}</div>
              </fieldset>`
            : ''
        }
        ${
          names.length === 0
            ? ''
            : html`<fieldset class="stack-s">
                <legend>${t('server.arguments')}</legend>
                <p class="muted small">${t('server.arguments.text')}</p>
                ${names.map((name) => this.argument(name))}
              </fieldset>`
        }`,
      footer: html`<button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
          ${t('action.cancel')}
        </button>
        <button class="btn primary" ?disabled=${result === undefined}>${t('server.entry.apply')}</button>`,
      onSubmit: () => {
        if (result !== undefined) this.finish(result)
      },
    })
  }
}

function readGiven(settings: ShownAs['arguments']): Readonly<Record<string, GivenArgument>> {
  return Object.fromEntries(
    Object.entries(settings ?? {}).map(([name, setting]): [string, GivenArgument] => [
      name,
      'fixed' in setting
        ? { giving: 'fixed', text: JSON.stringify(setting.fixed) }
        : { giving: 'default', text: JSON.stringify(setting.default) },
    ]),
  )
}

/** A JSON value; a plain word is text, because that is what people type. */
function readJson(text: string): { readonly value: Json } | undefined {
  if (text.trim() === '') return undefined
  try {
    const value: Json = JSON.parse(text)
    return { value }
  } catch {
    return /^["[{]/.test(text.trim()) ? undefined : { value: text }
  }
}
