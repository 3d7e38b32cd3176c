import type { AuditEvent } from './audit.ts'
import { DETAIL_LENGTH, DETAIL_MEMBERS, NAME_LENGTH } from './limits.ts'
import { REDACTED, isSecretName, isSecretValue } from './secret-looking.ts'

type Details = NonNullable<AuditEvent['details']>
/** An event and when it happened. */
export type TimedEvent = AuditEvent & { readonly at: Date }

// eslint-disable-next-line no-control-regex -- PostgreSQL refuses NUL, and control characters forge lines in exports
const CONTROL = /[\u0000-\u001f\u007f]/g

/**
 * Makes an event fit to be stored for ever: short single-line text, plain values, no secrets. It never fails, because
 * an event that cannot be written would hold up all those behind it.
 */
export function tidyEvent(event: AuditEvent, at: Date): TimedEvent {
  const { workspaceId, actor, action, target, outcome, requestId, details } = event
  const tidy = {
    at,
    workspaceId: workspaceId === undefined ? undefined : line(workspaceId, NAME_LENGTH),
    actor: line(actor, NAME_LENGTH),
    action: line(action, NAME_LENGTH),
    target: line(target, NAME_LENGTH),
    outcome,
    requestId: tidyLine(requestId, NAME_LENGTH),
  }
  return details === undefined ? tidy : { ...tidy, details: tidyDetails(details) }
}

function tidyDetails(details: Details): Details {
  const members = Object.entries(details).slice(0, DETAIL_MEMBERS)
  return Object.fromEntries(members.map(([name, value]) => [line(name, NAME_LENGTH), tidyValue(name, value)]))
}

function tidyValue(name: string, value: unknown): string | number | boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  // Objects, lists and functions are payloads, whatever the types say.
  if (typeof value !== 'string' || isSecretName(name)) return REDACTED
  return line(value, DETAIL_LENGTH)
}

/**
 * Names of actors, tools and the like come again with every call: what was clean once is not looked through again. Only
 * short texts are kept, and only so many.
 */
const clean = new Set<string>()
const MAX_CLEAN = 2_000
const MAX_CLEAN_LENGTH = 64

function line(text: string, length: number): string {
  if (clean.has(text)) return text
  const tidy = tidyLine(text, length)
  if (tidy === text && text.length <= Math.min(length, MAX_CLEAN_LENGTH) && clean.size < MAX_CLEAN) clean.add(text)
  return tidy
}

function tidyLine(text: string, length: number): string {
  if (isSecretValue(text)) return REDACTED
  const single = text.toWellFormed().replaceAll(CONTROL, ' ')
  return single.length <= length ? single : `${single.slice(0, length - 1).toWellFormed()}…`
}
