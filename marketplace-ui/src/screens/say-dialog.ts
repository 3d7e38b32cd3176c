import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { DialogElement } from '../elements/dialog.ts'
import { selectField } from '../elements/field.ts'
import { problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { textArea } from './text-area.ts'

const REASONS = ['spam', 'abuse', 'off-topic', 'privacy', 'malware', 'impersonation', 'other'] as const
type Reason = (typeof REASONS)[number]

export interface Saying {
  readonly title: string
  readonly label: string
  readonly hint?: string
  readonly action: string
  readonly maxlength: number
  readonly text?: string
  /** Asks for a reason of a list too; the text may be left out then. */
  readonly reasons?: boolean
  readonly send: (text: string, reason: Reason) => Promise<unknown>
}

/** Asks for a text and sends it: a reply, a report, an appeal, a decision with its reason. */
@customElement('nx-say-dialog')
export class SayDialog extends DialogElement<true> {
  @property({ attribute: false }) saying: Saying | undefined
  @state() private text = ''
  @state() private reason: Reason = 'spam'
  private readonly action = new Action(this)

  override connectedCallback(): void {
    super.connectedCallback()
    this.text = this.saying?.text ?? ''
  }

  private async send(): Promise<void> {
    const { saying } = this
    if (!saying) return
    const sent = await this.action.run(async () => {
      await saying.send(this.text.trim(), this.reason)
      return true as const
    })
    if (sent) this.finish(true)
  }

  protected override render(): TemplateResult {
    const { saying } = this
    const ready = (saying?.reasons === true || this.text.trim() !== '') && !this.action.busy
    return this.frame({
      narrow: true,
      title: saying?.title ?? '',
      body: html`${problemNotice(this.action.problem)}
      ${
        saying?.reasons
          ? selectField(
              {
                id: 'say-reason',
                label: t('report.reason'),
                value: this.reason,
                onChange: (value) => (this.reason = REASONS.find((one) => one === value) ?? 'other'),
              },
              REASONS.map((value) => ({ value, label: t(`report.reason.${value}`) })),
            )
          : ''
      }
      ${textArea({
        id: 'say-text',
        label: saying?.label ?? '',
        hint: saying?.hint,
        maxlength: saying?.maxlength ?? 1000,
        value: this.text,
        onInput: (value) => (this.text = value),
      })}`,
      footer: html`<button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
          ${t('action.cancel')}
        </button>
        <button class="btn primary" ?disabled=${!ready}>${saying?.action}</button>`,
      onSubmit: () => {
        if (ready) void this.send()
      },
    })
  }
}

export async function say(saying: Saying): Promise<boolean> {
  const dialog = new SayDialog()
  dialog.saying = saying
  return (await dialog.show()) === true
}
