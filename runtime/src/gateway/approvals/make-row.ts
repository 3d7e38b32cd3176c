import { randomBytes } from 'node:crypto'
import type { PolicyCall, PolicyVerdict } from '../../policy/decide.ts'
import type { ApprovalRow } from '../../store/approval.ts'
import type { Call } from '../call.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { approvalError } from './errors.ts'
import { MAX_ARGUMENTS } from './limits.ts'
import { maskArguments } from './mask-arguments.ts'

/** The call that policy asks about. */
export interface Guarded {
  readonly call: Call
  readonly asked: PolicyCall
  readonly upstream: Upstream
  /** Its name as the client knows it. */
  readonly exposed: string
  /** Its entry in the list, where it has one. */
  readonly entry: Readonly<Record<string, unknown>> | undefined
}

export type AskVerdict = Extract<PolicyVerdict, { effect: 'ask' }>

/** A new approval of this call. */
export function makeRow(
  { call, asked, upstream, exposed, entry }: Guarded,
  verdict: AskVerdict,
  binding: string,
  now: Date,
): ApprovalRow {
  const shown = maskArguments(asked.arguments)
  if (shown.length > MAX_ARGUMENTS) {
    const problem = `Expected arguments of at most ${MAX_ARGUMENTS} characters, found ${shown.length}: nobody could look through them before approving.`
    throw approvalError('APPROVAL_TOO_LARGE', problem)
  }
  const { principal } = asked
  const annotations = entry?.['annotations']
  const title = entry?.['title']
  const via = call.ancestry?.chain.at(-1)
  return {
    id: randomBytes(18).toString('base64url'),
    workspaceId: asked.workspaceId,
    state: 'pending',
    binding,
    openKey: binding,
    principalId: principal.id,
    userId: principal.userId,
    subject: {
      principalName: principal.displayName,
      pluginId: asked.pluginId,
      upstream: upstream.label,
      kind: asked.kind,
      name: asked.tool,
      exposed,
      arguments: shown,
      annotations: isJsonObject(annotations) ? annotations : {},
      ...(asked.virtualServer === undefined ? {} : { virtualServer: asked.virtualServer }),
      ...(typeof title === 'string' ? { title } : {}),
      ...(via === undefined ? {} : { via }),
    },
    terms: verdict.terms,
    reason: verdict.reason,
    requestId: asked.requestId,
    createdAt: now,
    expiresAt: new Date(now.getTime() + verdict.terms.expiresSeconds * 1_000),
    decidedAt: undefined,
    decidedBy: undefined,
    decidedByName: undefined,
    note: undefined,
    rounds: 0,
  }
}
