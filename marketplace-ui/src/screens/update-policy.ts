import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { checkField } from '../elements/field.ts'
import { NxElement } from '../elements/nx-element.ts'
import { panel } from '../elements/panel.ts'
import { problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { toast } from '../state/toasts.ts'

/** What the workspace demands of updates that want more than before. */
@customElement('nx-update-policy')
export class UpdatePolicy extends NxElement {
  private readonly action = new Action(this)
  private readonly policy = new Resource(this, {
    args: () => [],
    load: (_, signal) => call('updatePolicy', { signal }),
  })

  private async change(secondApprover: boolean): Promise<void> {
    const saved = await this.action.run(() => call('changeUpdatePolicy', { body: { secondApprover } }))
    if (saved) {
      this.policy.replace(saved)
      toast(t('updatePolicy.saved'))
    } else this.policy.reload()
  }

  protected override render(): TemplateResult {
    return panel(
      t('updatePolicy.title'),
      html`<div class="stack-s">
        ${problemNotice(this.action.problem)}
        <p class="muted">${t('updatePolicy.text')}</p>
        ${this.policy.render(
          ({ secondApprover }) =>
            checkField(t('updatePolicy.second'), secondApprover, (on) => void this.change(on), {
              id: 'second-approver',
            }),
          1,
        )}
      </div>`,
    )
  }
}
