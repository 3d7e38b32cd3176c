import type { RoleView, ServerPreviewView, UserView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { selectField } from '../elements/field.ts'
import { NxElement } from '../elements/nx-element.ts'
import { notice } from '../elements/notice.ts'
import { panel } from '../elements/panel.ts'
import { t } from '../i18n/translate.ts'
import { Resource } from '../state/resource.ts'
import { readRole, ROLES } from './roles.ts'
import type { ServerDraft } from './server-draft.ts'

/** Long enough for a word to be typed, milliseconds. */
const SETTLE_MS = 250

/** What the host would show clients of a draft, as it is typed. */
@customElement('nx-server-preview')
export class ServerPreview extends NxElement {
  @property({ attribute: false }) draft: ServerDraft | undefined
  @property({ attribute: false }) name = ''
  @property({ attribute: false }) people: readonly UserView[] = []
  /** A role, `user:<id>`, or nothing for one's own eyes. */
  @state() private eyes = ''
  private readonly seen = new Resource(this, {
    args: () => [this.draft, this.name, this.eyes] as const,
    load: ([draft, name, eyes], signal) => this.ask(draft, name, eyes, signal),
    keepWhileLoading: true,
  })

  private async ask(
    draft: ServerDraft | undefined,
    name: string,
    eyes: string,
    signal: AbortSignal,
  ): Promise<ServerPreviewView | undefined> {
    if (draft === undefined) return undefined
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    if (signal.aborted) return undefined
    const role: RoleView | undefined = readRole(eyes)
    const user = eyes.startsWith('user:') ? eyes.slice('user:'.length) : undefined
    // A draft may still lack its title and name; what clients would see does not depend on either.
    const server = { ...draft, name: name === '' ? 'draft' : name, title: draft.title.trim() || 'Draft' }
    return await call('previewVirtualServer', { body: { server, role, user }, signal })
  }

  private eyesField(): TemplateResult {
    return selectField(
      { id: 'preview-eyes', label: t('server.preview.as'), value: this.eyes, onChange: (value) => (this.eyes = value) },
      [
        { value: '', label: t('server.preview.me') },
        ...ROLES.map((role) => ({ value: role, label: t(`role.${role}`) })),
        ...this.people.map((person) => ({ value: `user:${person.id}`, label: person.displayName, foreign: true })),
      ],
    )
  }

  private names(seen: ServerPreviewView): TemplateResult {
    const { tools, prompts, resources, resourceTemplates, access } = seen
    if (!access) return notice('info', t('server.preview.noAccess'))
    const named = [...tools, ...prompts].map(({ name }) => String(name))
    const uris = [...resources.map(({ uri }) => uri), ...resourceTemplates.map(({ uriTemplate }) => uriTemplate)]
    if (named.length + uris.length === 0) return html`<p class="muted">${t('server.preview.none')}</p>`
    const from = new Map(seen.sources.map((source) => [source.exposed, `${source.upstream}: ${source.original}`]))
    const found = seen.searched ? seen.sources.filter(({ kind, visible }) => kind === 'tool' && visible) : []
    const listed = html`<ul class="effective" tabindex="0" aria-label=${t('server.preview')}>
      ${named.map(
        (name) =>
          html`<li>
            <code translate="no">${name}</code>
            <span class="muted small" translate="no">${from.get(name) ?? ''}</span>
          </li>`,
      )}
      ${uris.map((uri) => html`<li><code translate="no">${uri}</code></li>`)}
    </ul>`
    if (found.length === 0) return listed
    return html`${listed}
      <p class="muted small">${t('server.preview.searched')}</p>
      <ul class="effective" tabindex="0" aria-label=${t('server.preview.searched')}>
        ${found.map(
          ({ exposed, upstream, original }) =>
            html`<li>
              <code translate="no">${exposed}</code>
              <span class="muted small" translate="no">${upstream}: ${original}</span>
            </li>`,
        )}
      </ul>`
  }

  protected override render(): TemplateResult {
    const count = this.seen.value?.tools.length ?? 0
    return panel(
      t('server.preview'),
      html`<div class="stack-s">
        ${this.eyesField()}
        ${this.seen.render((seen) =>
          seen === undefined
            ? ''
            : html`${
                  seen.problems.length === 0
                    ? ''
                    : notice(
                        'warn',
                        html`<ul class="stack-s" translate="no">
                          ${seen.problems.map((item) => html`<li>${item.message}</li>`)}
                        </ul>`,
                        'status',
                      )
                }
                ${this.names(seen)}
                <details>
                  <summary>${t('server.preview.list')}</summary>
                  <pre class="schema" translate="no" tabindex="0" role="region" aria-label=${t('server.preview.list')}>
${JSON.stringify(seen.tools, undefined, 2)}</pre>
                </details>`,
        )}
      </div>`,
      html`<span class="badge">${t('server.toolCount', { count })}</span>`,
    )
  }
}
