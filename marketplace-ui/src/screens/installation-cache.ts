import type { CachedToolView, InstallationDetail } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { field, textField } from '../elements/field.ts'
import { icon } from '../elements/icon.ts'
import { NxElement } from '../elements/nx-element.ts'
import { dataTable, panel } from '../elements/panel.ts'
import { problemNotice } from '../elements/states.ts'
import { formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { toast } from '../state/toasts.ts'

/** A tool as the form offers it. */
interface ToolChoice {
  readonly name: string
  readonly readOnly: boolean
}

/** Tools of an installation whose results are given again, and for how long. */
@customElement('nx-installation-cache')
export class InstallationCache extends NxElement {
  @property({ attribute: false }) item: InstallationDetail | undefined
  @state() private tool = ''
  @state() private seconds = '60'
  @state() private scope: CachedToolView['scope'] = 'private'
  private readonly action = new Action(this)
  private readonly data = new Resource(this, {
    args: () => [this.item?.id ?? ''] as const,
    load: async ([id], signal) => {
      const [cache, upstreams] = await Promise.all([call('cache', { signal }), call('tools', { signal })])
      const own = upstreams.items.filter((upstream) => upstream.id === id || upstream.id.startsWith(`${id}:`))
      const tools = own.flatMap(({ tools: list }) =>
        list.map(({ name, readOnly }): ToolChoice => ({ name, readOnly: readOnly === true })),
      )
      return { kept: cache.items.filter(({ installationId }) => installationId === id), tools, counts: cache.tools }
    },
  })

  private async set(event: Event, tools: readonly ToolChoice[]): Promise<void> {
    event.preventDefault()
    const { item, tool, seconds, scope } = this
    if (!item || tool === '') return
    const forced = !tools.some(({ name, readOnly }) => name === tool && readOnly)
    const body = { ttlSeconds: Number(seconds), scope, forced }
    const saved = await this.action.run(() => call('putCachedTool', { params: { id: item.id, tool }, body }))
    if (saved === undefined) return
    toast(t('cache.saved', { tool }))
    this.tool = ''
    this.data.reload()
  }

  private async unset(tool: string): Promise<void> {
    const { item } = this
    if (!item) return
    const done = await this.action.run(async () => {
      await call('removeCachedTool', { params: { id: item.id, tool } })
      return true
    })
    if (done === undefined) return
    toast(t('cache.removed', { tool }))
    this.data.reload()
  }

  private async clear(): Promise<void> {
    const { item } = this
    if (!item) return
    const done = await this.action.run(() => call('clearCache', { body: { installationId: item.id } }))
    if (done !== undefined) toast(t('cache.cleared'))
  }

  private table(kept: readonly CachedToolView[]): TemplateResult {
    return dataTable(
      t('cache.title'),
      html`<th scope="col">${t('cache.tool')}</th>
        <th scope="col">${t('cache.seconds')}</th>
        <th scope="col">${t('cache.scope')}</th>
        <th scope="col"><span class="sr">${t('cache.remove')}</span></th>`,
      kept.map(
        ({ tool, ttlSeconds, scope, forced }) =>
          html`<tr>
            <td>
              <code class="break" translate="no">${tool}</code>
              ${forced ? html`<span class="badge warn">${t('cache.forced')}</span>` : ''}
            </td>
            <td>${formatNumber(ttlSeconds)}</td>
            <td>${t(`cache.scope.${scope}`)}</td>
            <td>
              <button
                type="button"
                class="btn tight quiet"
                ?disabled=${this.action.busy}
                aria-label=${t('cache.remove.tool', { tool })}
                @click=${() => this.unset(tool)}
              >
                ${icon('trash')}
              </button>
            </td>
          </tr>`,
      ),
    )
  }

  private form(tools: readonly ToolChoice[], kept: readonly CachedToolView[]): TemplateResult {
    const open = tools.filter(({ name }) => !kept.some(({ tool }) => tool === name))
    const chosen = open.find(({ name }) => name === this.tool)
    return html`<form class="fields" novalidate @submit=${(event: Event) => this.set(event, tools)}>
      ${field(
        {
          id: 'cache-tool',
          label: t('cache.tool'),
          ...(chosen !== undefined && !chosen.readOnly ? { hint: t('cache.notReadOnly') } : {}),
        },
        html`<select
          class="input"
          id="cache-tool"
          aria-describedby=${chosen !== undefined && !chosen.readOnly ? 'cache-tool-hint' : ''}
          @change=${(event: Event) => {
            if (event.target instanceof HTMLSelectElement) this.tool = event.target.value
          }}
        >
          <option value="" ?selected=${this.tool === ''}>${t('cache.choose')}</option>
          ${open.map(
            ({ name }) => html`<option value=${name} translate="no" ?selected=${this.tool === name}>${name}</option>`,
          )}
        </select>`,
      )}
      ${textField({
        id: 'cache-seconds',
        label: t('cache.seconds'),
        hint: t('cache.seconds.hint'),
        type: 'number',
        value: this.seconds,
        onInput: (value) => (this.seconds = value),
      })}
      <fieldset class="fields">
        <legend>${t('cache.scope')}</legend>
        ${(['private', 'public'] as const).map(
          (scope) =>
            html`<label class="check">
              <input
                type="radio"
                name="cache-scope"
                .checked=${this.scope === scope}
                @change=${() => (this.scope = scope)}
              />
              <span>${t(`cache.scope.${scope}.long`)}</span>
            </label>`,
        )}
      </fieldset>
      <div class="row">
        <button class="btn primary" ?disabled=${this.tool === '' || this.action.busy}>${t('cache.set')}</button>
        <button type="button" class="btn quiet" ?disabled=${this.action.busy} @click=${() => this.clear()}>
          ${t('cache.clear')}
        </button>
      </div>
    </form>`
  }

  protected override render(): TemplateResult {
    return panel(
      t('cache.title'),
      html`<div class="stack">
        ${problemNotice(this.action.problem)}
        <p class="muted">${t('cache.text')}</p>
        ${this.data.render(
          ({ kept, tools, counts }) =>
            html`${kept.length === 0 ? '' : this.table(kept)} ${this.form(tools, kept)}
              <p class="muted small">
                ${t('cache.counts', {
                  spared: formatNumber(counts.memory + counts.store + counts.shared),
                  asked: formatNumber(counts.miss),
                })}
              </p>`,
        )}
      </div>`,
    )
  }
}
