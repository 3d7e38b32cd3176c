import { Task } from '@lit/task'
import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit'
import { problemOf } from '../client/api-error.ts'
import { failureState } from '../elements/states.ts'
import { notice } from '../elements/notice.ts'
import { formatClock } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { connection } from './connection.ts'

export interface ResourceOptions<Args extends readonly unknown[], Value> {
  readonly args: () => Args
  readonly load: (args: Args, signal: AbortSignal) => Promise<Value>
  /** Asks again this often while the page is visible. */
  readonly refreshMs?: number
  /** Keeps what was shown while a request with other arguments is on its way. */
  readonly keepWhileLoading?: boolean
  readonly onLoad?: (value: Value) => void
  /** The heading of the screen comes with this data, so a failure brings one of its own. */
  readonly wholePage?: boolean
}

/**
 * What a screen shows from the host: loaded with {@link Task}, aborted when it is no longer wanted,
 * refreshed while visible. When a refresh fails, the last good data stays and says how old it is.
 */
export class Resource<Args extends readonly unknown[], Value> implements ReactiveController {
  readonly #options: ResourceOptions<Args, Value>
  readonly #task: Task<Args, Value>
  #last: { readonly value: Value; readonly at: string; readonly key: string } | undefined
  #timer: ReturnType<typeof setInterval> | undefined
  readonly #refresh = (): void => {
    if (document.visibilityState === 'visible') this.reload()
  }

  constructor(host: ReactiveControllerHost, options: ResourceOptions<Args, Value>) {
    this.#options = options
    this.#task = new Task<Args, Value>(host, {
      args: options.args,
      task: async (args, { signal }) => {
        const value = await options.load(args, signal)
        this.#last = { value, at: new Date().toISOString(), key: JSON.stringify(args) }
        options.onLoad?.(value)
        return value
      },
    })
    host.addController(this)
  }

  hostConnected(): void {
    connection.addEventListener('change', this.#connectionChanged)
    if (this.#options.refreshMs !== undefined) this.#timer = setInterval(this.#refresh, this.#options.refreshMs)
  }

  hostDisconnected(): void {
    connection.removeEventListener('change', this.#connectionChanged)
    clearInterval(this.#timer)
    this.#task.abort()
  }

  readonly #connectionChanged = (): void => {
    if (connection.value.online && this.#task.error !== undefined) this.reload()
  }

  get value(): Value | undefined {
    const current = this.#last?.key === JSON.stringify(this.#options.args())
    return current || this.#options.keepWhileLoading ? this.#last?.value : undefined
  }

  /** Puts an answer that came another way, for example from a change. */
  replace(value: Value): void {
    this.#last = { value, at: new Date().toISOString(), key: JSON.stringify(this.#options.args()) }
  }

  readonly reload = (): void => {
    void this.#task.run()
  }

  render(show: (value: Value) => unknown, lines = 6): TemplateResult {
    const { error } = this.#task
    const { value } = this
    if (value === undefined) {
      if (error !== undefined) return failureState(problemOf(error), this.reload, this.#options.wholePage)
      return html`<nx-loading .retry=${this.reload} .lines=${lines}></nx-loading>`
    }
    return html`${error === undefined ? '' : this.#stale()}${show(value)}`
  }

  #stale(): TemplateResult {
    const age = t('state.stale', { time: formatClock(this.#last?.at ?? new Date().toISOString()) })
    return notice(
      'warn',
      html`<div class="row spread">
        <span>${age}</span>
        <button type="button" class="btn tight" @click=${this.reload}>${t('action.retry')}</button>
      </div>`,
      'status',
    )
  }
}
