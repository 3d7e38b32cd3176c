import type { ApprovalView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import type { MessageKey } from '../i18n/catalog.ts'
import { t } from '../i18n/translate.ts'

type Tone = 'bad' | 'warn' | 'ok' | ''

/** What a tool says of its own risks. A tool that says nothing may do anything: that is said too. */
export function risksOf({ kind, annotations }: ApprovalView): readonly (readonly [Tone, MessageKey])[] {
  if (kind !== 'tool') return []
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations
  if (readOnlyHint === true) return [['ok', 'approval.risk.reads'], ...openWorld(openWorldHint)]
  const said = Object.keys(annotations).length > 0
  if (!said) return [['warn', 'approval.risk.unknown']]
  return [
    destructiveHint === false ? ['', 'approval.risk.adds'] : ['bad', 'approval.risk.destroys'],
    ...(idempotentHint === true ? [['', 'approval.risk.repeats'] as const] : []),
    ...openWorld(openWorldHint),
  ]
}

function openWorld(hint: boolean | undefined): readonly (readonly [Tone, MessageKey])[] {
  return hint === true ? [['warn', 'approval.risk.open']] : []
}

export const riskBadges = (approval: ApprovalView): readonly TemplateResult[] =>
  risksOf(approval).map(([tone, key]) => html`<span class="badge ${tone}">${t(key)}</span>`)
