import { createHash } from 'node:crypto'
import type { JsonValue } from '@nexus/plugin-api'
import type { AskTerms } from '../../policy/ask-terms.ts'
import type { PolicyCall } from '../../policy/decide.ts'
import type { Call } from '../call.ts'
import { canonicalJson } from '../canonical-json.ts'
import { approvalError } from './errors.ts'

/** Digest of who calls what with which arguments: the same for the same call, on every node and after a restart. */
export function callDigest(call: Call, asked: PolicyCall, upstreamId: string): string {
  return digest([
    asked.workspaceId,
    asked.principal.id,
    asked.virtualServer ?? null,
    upstreamId,
    call.method,
    asked.kind,
    asked.tool,
    // A plugin that calls in somebody's name does not use what was approved for that person.
    call.ancestry?.chain.at(-1) ?? null,
    asked.arguments,
  ])
}

/** What an approval is good for: the call, under these terms of these rules. */
export function bindingOf(called: string, { approvers, expiresSeconds, selfApproval, sources }: AskTerms): string {
  const groups = approvers.map(({ roles, users }) => [[...roles], [...users]])
  return digest([called, groups, expiresSeconds, selfApproval, [...sources]])
}

function digest(value: JsonValue): string {
  const text = canonicalJson(value)
  if (text !== undefined) return createHash('sha256').update(text).digest('base64url')
  const problem = 'Expected arguments that are nested less than 128 deep, found deeper ones: nobody could approve them.'
  throw approvalError('APPROVAL_TOO_LARGE', problem)
}
