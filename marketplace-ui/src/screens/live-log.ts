import type { LogLineView } from '@nexus/runtime/contract'
import { html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { routeLines } from '../client/routes.ts'
import { icon } from '../elements/icon.ts'
import { NxElement } from '../elements/nx-element.ts'
import { panel } from '../elements/panel.ts'
import { emptyState } from '../elements/states.ts'
import { formatClock } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { LOG_LINES_SHOWN } from '../limits.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
type Level = (typeof LEVELS)[number]

/** Nearer to the end than this, pixels, a reader is taken to follow the log. */
const AT_END_PX = 24

/** The log of one installation, live: level filter, pause, and stacks in the lines of the author's own files. */
@customElement('nx-live-log')
export class LiveLog extends NxElement {
  @property({ attribute: false }) installationId = ''
  @state() private lines: readonly LogLineView[] = []
  @state() private level: Level = 'debug'
  @state() private paused = false
  @state() private connected = false
  private waiting: readonly LogLineView[] = []
  private stream: EventSource | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.installationId !== '') this.listen()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.stop()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('installationId') || !this.isConnected) return
    this.lines = []
    this.waiting = []
    this.listen()
  }

  protected override updated(): void {
    const box = this.querySelector('.log')
    if (box && this.atEnd && !this.paused) box.scrollTop = box.scrollHeight
  }

  private atEnd = true

  private listen(): void {
    this.stop()
    const [, path = ''] = routeLines.followLog.split(' ')
    this.stream = new EventSource(path.replace(':id', encodeURIComponent(this.installationId)))
    this.stream.addEventListener('open', () => (this.connected = true))
    // The browser connects again by itself; the lines that come twice then are told apart by their number.
    this.stream.addEventListener('error', () => (this.connected = false))
    this.stream.addEventListener('message', (event: MessageEvent<string>) => this.take(event.data))
  }

  private stop(): void {
    this.stream?.close()
    this.stream = undefined
    this.connected = false
  }

  private take(text: string): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the host checked each event against the contract
    const line = JSON.parse(text) as LogLineView
    const last = (this.paused ? this.waiting.at(-1) : undefined) ?? this.lines.at(-1)
    if (last !== undefined && line.sequence <= last.sequence) return
    if (this.paused) this.waiting = [...this.waiting, line].slice(-LOG_LINES_SHOWN)
    else this.lines = [...this.lines, line].slice(-LOG_LINES_SHOWN)
    this.requestUpdate()
  }

  private pause(): void {
    this.paused = !this.paused
    if (this.paused) return
    this.lines = [...this.lines, ...this.waiting].slice(-LOG_LINES_SHOWN)
    this.waiting = []
  }

  private controls(): TemplateResult {
    const status = this.paused
      ? t('log.paused', { count: this.waiting.length })
      : t(this.connected ? 'log.live' : 'log.connecting')
    return html`<div class="row log-controls">
      <span class="muted small" role="status">${status}</span>
      <label class="small"
        ><span>${t('log.level')}</span>
        <select
          class="input"
          @change=${(event: Event & { readonly target: HTMLSelectElement }) => {
            this.level = LEVELS.find((level) => level === event.target.value) ?? 'debug'
          }}
        >
          ${LEVELS.map(
            (level) =>
              html`<option value=${level} ?selected=${level === this.level}>${t(`log.from.${level}`)}</option>`,
          )}
        </select></label
      >
      <button
        type="button"
        class="btn tight"
        aria-pressed=${this.paused ? 'true' : 'false'}
        @click=${() => this.pause()}
      >
        ${icon(this.paused ? 'play' : 'pause')}<span>${t(this.paused ? 'log.resume' : 'log.pause')}</span>
      </button>
    </div>`
  }

  protected override render(): TemplateResult {
    const from = LEVELS.indexOf(this.level)
    const shown = this.lines.filter((line) => LEVELS.indexOf(line.level) >= from)
    const list = html`<div
      class="log"
      role="log"
      aria-live="off"
      tabindex="0"
      aria-label=${t('installation.tab.log')}
      @scroll=${(event: Event & { readonly target: HTMLElement }) => {
        const { scrollHeight, scrollTop, clientHeight } = event.target
        this.atEnd = scrollHeight - scrollTop - clientHeight < AT_END_PX
      }}
    >
      <ol>
        ${repeat(
          shown,
          (line) => line.sequence,
          (line) =>
            html`<li class=${line.level}>
              <time datetime=${line.at}>${formatClock(line.at)}</time>
              <span class="level" translate="no">${line.level}</span>
              <span class="message" translate="no">${line.message}</span>
            </li>`,
        )}
      </ol>
    </div>`
    return panel(
      t('installation.tab.log'),
      shown.length === 0 ? emptyState('audit', t('log.empty.title'), t('log.empty.text')) : list,
      this.controls(),
      false,
    )
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nx-live-log': LiveLog
  }
}
