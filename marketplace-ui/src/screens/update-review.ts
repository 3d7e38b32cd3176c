import type { InstallJob, InstallationDetail, UpdatePlan, UpdateSettingView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { ApiError, problemOf } from '../client/api-error.ts'
import { call } from '../client/call.ts'
import { DialogElement } from '../elements/dialog.ts'
import { selectField, textField } from '../elements/field.ts'
import { notice } from '../elements/notice.ts'
import { failureState, problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { JOB_POLL_MS, TYPING_PAUSE_MS } from '../limits.ts'
import { Action } from '../state/action.ts'
import './config-form.ts'
import type { ConfigChange } from './config-form.ts'
import { initialValues, type ConfigValues } from './config-values.ts'
import { installProgress } from './install-progress.ts'
import {
  changelog,
  definitionChanges,
  dependencyChanges,
  permissionChanges,
  sandboxChanges,
  scanResult,
  signerChange,
  updateNotices,
} from './update-plan-parts.ts'

/** What became of the review; nothing when it was left. */
export type ReviewOutcome = 'updated' | 'rolled-back' | 'kept' | 'scheduled' | 'waits-for-second'

type When = 'now' | 'window' | 'at'

/**
 * Everything that another release changes, and the decision: keep, approve now, approve for later. The focus starts on
 * keeping. What a person agrees to is exactly what the plan's digest names; the host refuses any other.
 */
@customElement('nx-update-review')
export class UpdateReview extends DialogElement<ReviewOutcome> {
  @property({ attribute: false }) item: InstallationDetail | undefined
  /** Version or channel; the newest of the followed channel when empty. */
  @property({ attribute: false }) to = ''
  /** Goes back to a version that is kept here, instead of forward to a release. */
  @property({ type: Boolean }) back = false
  @property({ attribute: false }) setting: UpdateSettingView | undefined
  @state() private plan: UpdatePlan | undefined
  @state() private values: ConfigValues | undefined
  @state() private job: InstallJob | undefined
  @state() private when: When = 'now'
  @state() private at = ''
  @state() private planProblem: ReturnType<typeof problemOf> | undefined
  private readonly action = new Action(this)
  #typing: ReturnType<typeof setTimeout> | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    void this.askPlan()
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#typing)
    super.disconnectedCallback()
  }

  private async askPlan(): Promise<void> {
    const { item, to, values } = this
    if (!item) return
    const params = { id: item.id }
    this.planProblem = undefined
    try {
      this.plan =
        values === undefined
          ? await call('updatePlan', { params, query: to === '' ? {} : { to } })
          : await call('planUpdate', { params, body: { version: this.plan?.version ?? to, config: values } })
    } catch (error) {
      this.planProblem = problemOf(error)
    }
  }

  private configChanged(event: ConfigChange): void {
    this.values = event.detail
    clearTimeout(this.#typing)
    this.#typing = setTimeout(() => void this.askPlan(), TYPING_PAUSE_MS)
  }

  private async keep(): Promise<void> {
    const { item, plan } = this
    if (!item || !plan) return
    const params = { id: item.id }
    const declined = await this.action.run(() => call('declineUpdate', { params, body: { version: plan.version } }))
    if (declined) this.finish('kept')
  }

  private async approve(): Promise<void> {
    const { item, plan } = this
    if (!item || !plan || plan.configErrors.length > 0) return
    const outcome = await this.action.run(async () =>
      this.back ? await this.goBack(item, plan) : await this.agree(item, plan),
    )
    if (outcome === undefined) {
      this.job = undefined
      await this.askPlan()
    } else this.finish(outcome)
  }

  private async goBack(item: InstallationDetail, { version, consentDigest }: UpdatePlan): Promise<ReviewOutcome> {
    const job = await call('rollBack', { params: { id: item.id }, body: { version, consentDigest } })
    await this.watch(job)
    return 'rolled-back'
  }

  private async agree(item: InstallationDetail, { version, consentDigest }: UpdatePlan): Promise<ReviewOutcome> {
    const when = this.when === 'at' ? { at: new Date(this.at).toISOString() } : this.when
    const body = { version, consentDigest, config: { ...this.values }, when }
    const approved = await call('approveUpdate', { params: { id: item.id }, body })
    if (approved.job !== undefined) await this.watch(approved.job)
    return approved.outcome === 'applying' ? 'updated' : approved.outcome
  }

  private async watch(begun: InstallJob): Promise<void> {
    this.job = begun
    while (this.job.state === 'running') {
      await new Promise((resume) => setTimeout(resume, JOB_POLL_MS))
      this.job = await call('job', { params: { id: begun.id } })
    }
    if (this.job.problem !== undefined) throw new ApiError(this.job.problem)
  }

  private lead(plan: UpdatePlan): TemplateResult {
    const names = { from: plan.fromVersion, to: plan.version, count: plan.expanded.length }
    if (this.back) return notice('info', t('review.back', names))
    if (!plan.consentRequired) return notice('ok', t('review.noMore', names))
    return notice('warn', html`<strong>${t('review.more', names)}</strong><span>${t('review.more.text', names)}</span>`)
  }

  private second(plan: UpdatePlan): TemplateResult | '' {
    if (!plan.needsSecondApprover) return ''
    return plan.approvedBy === undefined
      ? notice('info', t('review.second'))
      : notice('info', t('review.second.approvedBy', { name: plan.approvedBy }))
  }

  private settings(plan: UpdatePlan): TemplateResult | '' {
    if (plan.configErrors.length === 0 && this.values === undefined) return ''
    return html`<section>
      <h3>${t('install.settings')}</h3>
      <nx-config-form
        .fields=${plan.config}
        .values=${this.values ?? initialValues(plan.config, this.item?.configValues)}
        .errors=${plan.configErrors}
        @config-change=${(event: ConfigChange) => this.configChanged(event)}
      ></nx-config-form>
    </section>`
  }

  private schedule(): TemplateResult | '' {
    if (this.back) return ''
    const choices: readonly When[] = this.setting?.window === undefined ? ['now', 'at'] : ['now', 'window', 'at']
    return html`<section class="review-when">
      ${selectField(
        {
          id: 'review-when',
          label: t('review.when'),
          value: this.when,
          onChange: (value) => (this.when = choices.find((choice) => choice === value) ?? 'now'),
        },
        choices.map((value) => ({ value, label: t(`review.when.${value}`) })),
      )}
      ${
        this.when === 'at'
          ? textField({
              id: 'review-at',
              label: t('review.at'),
              hint: t('review.at.hint'),
              type: 'datetime-local',
              value: this.at,
              required: true,
              onInput: (value) => (this.at = value),
            })
          : ''
      }
    </section>`
  }

  private body(): unknown {
    if (this.planProblem) return failureState(this.planProblem, () => void this.askPlan())
    const { plan, job } = this
    if (job) return installProgress(job, this.item?.displayName ?? '')
    if (!plan) return html`<nx-loading .retry=${() => void this.askPlan()} .lines=${8}></nx-loading>`
    return html`<div class="review-sections">
      ${problemNotice(this.action.problem)} ${this.lead(plan)} ${updateNotices(plan)} ${this.second(plan)}
      ${permissionChanges(plan)} ${definitionChanges(plan)} ${dependencyChanges(plan)} ${sandboxChanges(plan)}
      ${signerChange(plan)} ${scanResult(plan)} ${changelog(plan)} ${this.settings(plan)} ${this.schedule()}
    </div>`
  }

  private approveText(plan: UpdatePlan): string {
    if (this.back) return t('review.goBack', { version: plan.version })
    if (plan.needsSecondApprover && plan.approvedBy === undefined) return t('review.approveFirst')
    return t(this.when === 'now' ? 'review.approve' : 'review.approveLater')
  }

  private footer(): TemplateResult {
    const { plan, item, job } = this
    const { busy } = this.action
    const from = item?.version ?? ''
    const ready = plan && plan.configErrors.length === 0 && !job && (this.when !== 'at' || this.at !== '')
    return html`${
        plan && !this.back && !job
          ? html`<button type="button" class="btn quiet" ?disabled=${busy} @click=${() => this.keep()}>
              ${t('review.decline')}
            </button>`
          : ''
      }
      <button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
        ${t('review.keep', { version: from })}
      </button>
      ${plan ? html`<button class="btn primary" ?disabled=${!ready || busy}>${this.approveText(plan)}</button>` : ''}`
  }

  protected override render(): TemplateResult {
    const { item, plan } = this
    const names = { name: item?.displayName ?? '', version: plan?.version ?? this.to }
    return this.frame({
      title: t(this.back ? 'review.title.back' : 'review.title', names),
      body: this.body(),
      footer: this.footer(),
      onSubmit: () => void this.approve(),
    })
  }
}
