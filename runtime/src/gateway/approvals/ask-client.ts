import type { JsonObject } from '@nexus/plugin-api'
import type { ApprovalRow } from '../../store/approval.ts'
import { missingCapability } from '../bridge/missing-capability.ts'
import type { Call } from '../call.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { UpstreamMessage } from '../upstream/upstream.ts'
import { INPUT_KEY } from './approval-state.ts'
import { ARGUMENTS_IN_FORM } from './limits.ts'

/** How the client's person hears of the approval. */
export type AskMode =
  /** They decide themselves, in a form. */
  | 'form'
  /** They are sent to the queue. */
  | 'url'
  /** A form that only tells where the queue is. */
  | 'notice'
  /** Not at all: the client cannot ask. */
  | 'none'

const METHOD = 'elicitation/create'

export function askModeOf({ client }: Call, { terms }: ApprovalRow): AskMode {
  const can = (mode: 'form' | 'url') =>
    missingCapability(client.capabilities, { method: METHOD, params: { mode } }) === undefined
  if (terms.selfApproval && can('form')) return 'form'
  if (can('url')) return 'url'
  return can('form') ? 'notice' : 'none'
}

/** The question to the client. */
export function questionOf(mode: Exclude<AskMode, 'none'>, row: ApprovalRow, url: string): UpstreamMessage {
  if (mode === 'form') return { method: METHOD, params: { message: summaryOf(row), requestedSchema: DECISION_FORM } }
  const message = waitingText(row, url)
  if (mode === 'url') return { method: METHOD, params: { mode: 'url', message, url } }
  return { method: METHOD, params: { message, requestedSchema: { type: 'object', properties: {} } } }
}

/** Where a person finds the call that waits. */
export function waitingText({ subject, reason }: ApprovalRow, url: string): string {
  return `${subject.exposed} waits for approval: ${reason} Whoever may approve it finds it at ${url}`
}

/** What the answer to a form says; `later` when the person did not decide. */
export function verdictOf(response: JsonObject): 'approve' | 'deny' | 'later' {
  const { action, content } = response
  if (action === 'decline') return 'deny'
  if (action !== 'accept' || !isJsonObject(content)) return 'later'
  const { approve } = content
  if (typeof approve !== 'boolean') return 'later'
  return approve ? 'approve' : 'deny'
}

export function noteOf({ content }: JsonObject): string | undefined {
  const note = isJsonObject(content) ? content['note'] : undefined
  return typeof note === 'string' ? note : undefined
}

/** A modern client's answer to our question. */
export function responseOf(params: JsonObject | undefined): JsonObject | undefined {
  const responses = params?.['inputResponses']
  const response = isJsonObject(responses) ? responses[INPUT_KEY] : undefined
  return isJsonObject(response) ? response : undefined
}

const DECISION_FORM: JsonObject = {
  type: 'object',
  properties: {
    approve: { type: 'boolean', title: 'Approve', description: 'Lets this call run once.' },
    note: { type: 'string', title: 'Note', description: 'Why; kept in the audit trail.', maxLength: 500 },
  },
  required: ['approve'],
}

function summaryOf({ subject, reason }: ApprovalRow): string {
  const shown = subject.arguments
  const cut = shown.length > ARGUMENTS_IN_FORM ? `${shown.slice(0, ARGUMENTS_IN_FORM).toWellFormed()} …` : shown
  return `${subject.exposed} (${subject.pluginId}) wants to run. ${reason}\n\n${cut}`
}
