import type { InstallJob, InstallPlan, MarketplacePlugin } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { go, setQuery } from '../app/router.ts'
import { isAbort, problemOf } from '../client/api-error.ts'
import { call } from '../client/call.ts'
import { DialogElement } from '../elements/dialog.ts'
import { checkField, textField } from '../elements/field.ts'
import { failureState, problemNotice } from '../elements/states.ts'
import { fieldError } from '../i18n/problem-text.ts'
import { t } from '../i18n/translate.ts'
import { JOB_POLL_MS, LABEL_MAXIMUM, TYPING_PAUSE_MS } from '../limits.ts'
import { Action } from '../state/action.ts'
import './config-form.ts'
import type { ConfigChange } from './config-form.ts'
import { initialValues, type ConfigValues } from './config-values.ts'
import './sandbox-choice.ts'
import type { ProfileChange } from './sandbox-choice.ts'
import { installProgress } from './install-progress.ts'
import { planReview, privateTargets, targetKey } from './install-review.ts'

/**
 * Plan, permissions, settings, consent, progress. Every change of the settings asks for a new plan, so what the
 * person agrees to is exactly what its digest names; the host refuses any other.
 */
@customElement('nx-install-dialog')
export class InstallDialog extends DialogElement<string> {
  @property({ attribute: false }) plugin: MarketplacePlugin | undefined
  @property({ attribute: false }) jobId = ''
  /** Settings and label that were made somewhere else, for example from an entry of an MCP Registry. */
  @property({ attribute: false }) preset: { readonly config: ConfigValues; readonly label: string } | undefined
  @state() private plan: InstallPlan | undefined
  @state() private values: ConfigValues = {}
  @state() private profile: string | undefined
  @state() private label = ''
  @state() private allowed: ReadonlySet<string> = new Set()
  @state() private consented = false
  @state() private planning = true
  @state() private touched = false
  @state() private job: InstallJob | undefined
  @state() private labelProblem: ReturnType<typeof problemOf> | undefined
  @state() private planProblem: ReturnType<typeof problemOf> | undefined
  private readonly action = new Action(this)
  #stop = new AbortController()
  #typing: ReturnType<typeof setTimeout> | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.values = { ...initialValues(this.plugin?.config ?? []), ...this.preset?.config }
    this.label = this.preset?.label ?? ''
    if (this.jobId) void this.watch(this.jobId)
    else void this.askPlan()
  }

  override disconnectedCallback(): void {
    this.#stop.abort()
    clearTimeout(this.#typing)
    super.disconnectedCallback()
  }

  private async askPlan(): Promise<void> {
    const { plugin } = this
    if (!plugin) return
    this.#stop.abort()
    this.#stop = new AbortController()
    this.planning = true
    this.planProblem = undefined
    this.labelProblem = undefined
    try {
      const { pluginId, version } = plugin
      const { profile, values, label } = this
      const body = {
        pluginId,
        version,
        config: values,
        ...(profile !== undefined && { profile }),
        ...(label !== '' && { label }),
      }
      const plan = await call('planInstall', { body, signal: this.#stop.signal })
      // Consent belongs to one plan: when the digest changes, it has to be given again.
      if (plan.consentDigest !== this.plan?.consentDigest) this.consented = false
      this.plan = plan
      this.planning = false
    } catch (error) {
      if (isAbort(error)) return
      const problem = problemOf(error)
      // A label that is taken spoils nothing of the plan: its field says so.
      if (problem.code === 'INSTALLATION_LABEL') this.labelProblem = problem
      else this.planProblem = problem
      this.planning = false
    }
  }

  private configChanged(event: ConfigChange): void {
    this.values = event.detail
    this.touched = true
    this.planSoon()
  }

  private planSoon(): void {
    this.planning = true
    clearTimeout(this.#typing)
    this.#typing = setTimeout(() => void this.askPlan(), TYPING_PAUSE_MS)
  }

  private labelChanged(text: string): void {
    this.label = text.replaceAll(/[^a-zA-Z0-9_-]/g, '-')
    this.planSoon()
  }

  private chooseProfile(profile: string): void {
    this.profile = profile
    void this.askPlan()
  }

  private toggle(target: string, on: boolean): void {
    const next = new Set(this.allowed)
    if (on) next.add(target)
    else next.delete(target)
    this.allowed = next
  }

  private async install(): Promise<void> {
    const { plan } = this
    this.touched = true
    if (!plan || this.planning || !this.consented || plan.configErrors.length > 0 || !plan.sandbox.allowed) return
    const offered = new Set(plan.networkTargets.map(targetKey))
    const body = {
      pluginId: plan.pluginId,
      version: plan.version,
      consentDigest: plan.consentDigest,
      profile: plan.sandbox.profile,
      config: this.values,
      ...(this.label !== '' && { label: this.label }),
      allowPrivateAddresses: [...this.allowed].filter((target) => offered.has(target)),
    }
    const job = await this.action.run(() => call('install', { body }))
    if (!job) {
      await this.askPlan()
      return
    }
    // In the URL, so that the progress is still there after a reload.
    setQuery({ install: undefined, job: job.id })
    this.job = job
    await this.watch(job.id)
  }

  private async watch(id: string): Promise<void> {
    this.#stop = new AbortController()
    const { signal } = this.#stop
    try {
      do {
        this.job = await call('job', { params: { id }, signal })
        if (this.job.state === 'running') await new Promise((resolve) => setTimeout(resolve, JOB_POLL_MS))
      } while (this.job.state === 'running' && !signal.aborted)
      await this.updateComplete
      this.querySelector<HTMLElement>('[data-next]')?.focus()
    } catch (error) {
      if (!isAbort(error)) this.planProblem = problemOf(error)
    }
  }

  private back(): void {
    setQuery({ job: undefined })
    this.job = undefined
    this.consented = false
    void this.askPlan()
  }

  private manage(id: string): void {
    this.finish(id)
    // The page clears its query when the dialog closes; the move comes after that.
    setTimeout(() => go(`/installed/${encodeURIComponent(id)}`))
  }

  /** How the host tells installations apart; it finds a free one when none is given. */
  private labelField({ pluginId }: InstallPlan): TemplateResult {
    return textField({
      id: 'install-label',
      label: t('install.label'),
      hint: t('install.label.hint', { name: pluginId.split('/')[1] ?? pluginId }),
      mono: true,
      maxlength: LABEL_MAXIMUM,
      value: this.label,
      error: fieldError(this.action.problem, 'label') ?? (this.labelProblem && t('install.label.taken')),
      onInput: (text) => this.labelChanged(text),
    })
  }

  private settings(plan: InstallPlan): TemplateResult {
    const shown = this.touched ? plan.configErrors : []
    const missing = plan.configErrors.length
    return html`
      ${
        plan.config.length > 0
          ? html`<section class="stack-s">
              <h3>${t('install.settings')}</h3>
              <nx-config-form
                .fields=${plan.config}
                .values=${this.values}
                .errors=${shown}
                @config-change=${(event: ConfigChange) => this.configChanged(event)}
              ></nx-config-form>
            </section>`
          : ''
      }
      ${this.labelField(plan)} ${privateTargets(plan, this.allowed, (target, on) => this.toggle(target, on))}
      <details class="origin" ?open=${plan.sandbox.tier === 'worker'}>
        <summary>
          ${t('plugin.sandbox')}
          <span class="mono small" translate="no">${plan.sandbox.tier} · ${plan.sandbox.profile}</span>
        </summary>
        <nx-sandbox-choice
          .pluginId=${plan.pluginId}
          .profile=${this.profile ?? plan.sandbox.profile}
          @profile-change=${(event: ProfileChange) => this.chooseProfile(event.detail)}
          @trust-change=${() => void this.askPlan()}
        ></nx-sandbox-choice>
      </details>
      ${problemNotice(this.action.problem)}
      <section class="stack-s consent">
        ${checkField(t('install.consent'), this.consented, (on) => (this.consented = on), { id: 'install-consent' })}
        <p class="muted small" role="status">${missing > 0 ? t('install.missing', { count: missing }) : ''}</p>
      </section>
    `
  }

  private body(): unknown {
    const name = this.plugin?.displayName ?? ''
    if (this.planProblem)
      return failureState(this.planProblem, () => void (this.jobId ? this.watch(this.jobId) : this.askPlan()))
    if (this.job) return installProgress(this.job, name)
    if (!this.plan) return html`<nx-loading .retry=${() => void this.askPlan()} .lines=${8}></nx-loading>`
    return html`${planReview(this.plan)} ${this.settings(this.plan)}`
  }

  private footer(): TemplateResult {
    const { job, plan } = this
    const installed = job?.installationId
    if (job?.state === 'done' && installed) {
      return html`<button type="button" class="btn" @click=${() => this.finish(installed)}>${t('action.close')}</button>
        <button type="button" class="btn primary" data-next @click=${() => this.manage(installed)}>
          ${t('install.open')}
        </button>`
    }
    if (job) {
      return html`<button type="button" class="btn" data-next @click=${() => this.finish(undefined)}>
          ${t('action.close')}
        </button>
        ${job.state === 'failed' ? html`<button type="button" class="btn primary" @click=${() => this.back()}>${t('install.again')}</button>` : ''}`
    }
    const fits = plan && plan.configErrors.length === 0 && plan.sandbox.allowed && !this.labelProblem
    const ready = fits && !this.planning && this.consented && !this.action.busy
    return html`<button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
        ${t('action.cancel')}
      </button>
      <button class="btn primary" ?disabled=${!ready}>${t('install.submit')}</button>`
  }

  protected override render(): TemplateResult {
    const name = this.plugin?.displayName ?? ''
    const version = this.job ? (this.plugin?.version ?? '') : (this.plan?.version ?? this.plugin?.version ?? '')
    return this.frame({
      title: t('install.title', { name, version }),
      body: this.body(),
      footer: this.footer(),
      onSubmit: () => void this.install(),
    })
  }
}
