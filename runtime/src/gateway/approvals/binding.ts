import { createHash } from 'node:crypto'
import type { JsonValue } from '@nexus/plugin-api'
import type { AskTerms } from '../../policy/ask-terms.ts'
import type { PolicyCall } from '../../policy/decide.ts'
import type { Call } from '../call.ts'
import { approvalError } from './errors.ts'
import { MAX_DEPTH } from './limits.ts'

/** Digest of who calls what with which arguments: the same for the same call, on every node and after a restart. */
export function callDigest(call: Call, asked: PolicyCall, upstreamId: string): string {
  return digest([
    asked.workspaceId,
    asked.principal.id,
    asked.virtualServer ?? null,
    upstreamId,
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
  return createHash('sha256').update(canonicalText(value)).digest('base64url')
}

/** JSON text that does not depend on the order of members. */
function canonicalText(value: JsonValue, depth = 0): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (depth > MAX_DEPTH) {
    const problem = `Expected arguments nested at most ${MAX_DEPTH} deep, found deeper ones: nobody could approve them.`
    throw approvalError('APPROVAL_TOO_LARGE', problem)
  }
  if (Array.isArray(value)) return `[${value.map((member: JsonValue) => canonicalText(member, depth + 1)).join(',')}]`
  const members = Object.entries(value)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member, depth + 1)}`)
  return `{${members.join(',')}}`
}
