import type { EntryFilter, EntryKind, ServerRule, UserView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { DialogElement } from '../elements/dialog.ts'
import { checkField, selectField, textField } from '../elements/field.ts'
import { t } from '../i18n/translate.ts'
import { audienceFields } from './server-audience.ts'
import { ENTRY_KINDS } from './server-draft.ts'

const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const

/** Makes a filter (what to take or leave out), or a rule (who may use what). */
@customElement('nx-server-filter-dialog')
export class ServerFilterDialog extends DialogElement<EntryFilter | ServerRule> {
  /** A rule says also for whom and with what effect. */
  @property({ attribute: false }) ofRule = false
  @property({ attribute: false }) labels: readonly string[] = []
  @property({ attribute: false }) people: readonly UserView[] = []
  @property({ attribute: false }) heading = ''
  @state() private filter: EntryFilter = {}
  @state() private effect: ServerRule['effect'] = 'deny'
  @state() private who: Pick<ServerRule, 'roles' | 'principals'> = {}

  private say(change: EntryFilter): void {
    const next = { ...this.filter, ...change }
    this.filter = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined && value !== ''))
  }

  private kinds(): TemplateResult {
    const chosen = this.filter.kinds ?? []
    const toggle = (kind: EntryKind, on: boolean) => {
      const kinds = ENTRY_KINDS.filter((one) => (one === kind ? on : chosen.includes(one)))
      this.say({ kinds: kinds.length === 0 ? undefined : kinds })
    }
    return html`<fieldset class="stack-s">
      <legend>${t('server.filter.kinds')}</legend>
      <div class="row wide">
        ${ENTRY_KINDS.map((kind) =>
          checkField(t(`server.kind.${kind}`), chosen.includes(kind), (on) => toggle(kind, on), {
            id: `filter-${kind}`,
          }),
        )}
      </div>
    </fieldset>`
  }

  private hint(hint: (typeof HINTS)[number]): TemplateResult {
    const said = this.filter.annotations?.[hint]
    return selectField(
      {
        id: `filter-${hint}`,
        label: t(`server.hint.${hint}`),
        value: said === undefined ? '' : String(said),
        onChange: (value) => {
          const { [hint]: _, ...others } = this.filter.annotations ?? {}
          const annotations = value === '' ? others : { ...others, [hint]: value === 'true' }
          this.say({ annotations: Object.keys(annotations).length === 0 ? undefined : annotations })
        },
      },
      [
        { value: '', label: t('server.filter.any') },
        { value: 'true', label: t('server.hint.yes') },
        { value: 'false', label: t('server.hint.no') },
      ],
    )
  }

  private audience(): TemplateResult | '' {
    if (!this.ofRule) return ''
    return html`${selectField(
      {
        id: 'rule-effect',
        label: t('server.rule.effect'),
        value: this.effect,
        onChange: (value) => (this.effect = value === 'allow' ? 'allow' : 'deny'),
      },
      [
        { value: 'deny', label: t('server.rule.deny') },
        { value: 'allow', label: t('server.rule.allow') },
      ],
    )}
    ${audienceFields('rule', this.who, this.people, (who) => (this.who = who))}`
  }

  private apply(): void {
    this.finish(this.ofRule ? { effect: this.effect, ...this.who, ...this.filter } : this.filter)
  }

  protected override render(): TemplateResult {
    const ready = this.ofRule || Object.keys(this.filter).length > 0
    return this.frame({
      title: this.heading,
      body: html`${this.audience()} ${this.kinds()}
        <div class="two">
          ${selectField(
            {
              id: 'filter-upstream',
              label: t('server.upstream'),
              value: this.filter.upstream ?? '',
              onChange: (upstream) => this.say({ upstream }),
            },
            [
              { value: '', label: t('server.filter.any') },
              ...this.labels.map((label) => ({ value: label, label, foreign: true })),
            ],
          )}
          ${textField({
            id: 'filter-name',
            label: t('server.filter.name'),
            mono: true,
            maxlength: 256,
            hint: t('server.filter.name.hint'),
            value: this.filter.name ?? '',
            onInput: (name) => this.say({ name }),
          })}
        </div>
        <fieldset class="stack-s">
          <legend>${t('server.hints')}</legend>
          <div class="two">${HINTS.map((hint) => this.hint(hint))}</div>
        </fieldset>
        ${textField({
          id: 'filter-tags',
          label: t('server.filter.tags'),
          hint: t('server.filter.tags.hint'),
          maxlength: 400,
          onInput: (text) => {
            const tags = text.split(/[\s,]+/).filter((tag) => tag !== '')
            this.say({ tags: tags.length === 0 ? undefined : tags })
          },
        })}`,
      footer: html`<button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
          ${t('action.cancel')}
        </button>
        <button class="btn primary" ?disabled=${!ready}>${t('server.filter.add')}</button>`,
      onSubmit: () => {
        if (ready) this.apply()
      },
    })
  }
}
