import { randomUUID } from 'node:crypto'
import { createErrorFactory, type NexusError } from '@nexus/plugin-api'

export const oauthErrors = {
  UPSTREAM_AUTHORIZATION_REQUIRED: { fault: 'caller', status: 403, title: 'A person has to authorize the host' },
  UPSTREAM_AUTHORIZATION_INVALID: { fault: 'caller', status: 400, title: 'Authorization not valid' },
  UPSTREAM_AUTHORIZATION_FAILED: { fault: 'plugin', status: 502, title: 'Authorization server refused' },
} as const

/** Makes the errors of authorization at upstreams. */
export const oauthError = createErrorFactory(oauthErrors)

/** `URLElicitationRequired` of revision 2025-11-25: visit these URLs, then send the request again. */
const VISIT_FIRST = -32042

/**
 * Somebody has to open `url` first. Clients are told in the protocol's own form: as this error by the legacy revisions,
 * as a URL elicitation by the modern one.
 */
export function authorizationRequired(label: string, url: string): NexusError {
  const message = `Expected an authorization to use ${label}, found none. Open ${url} and agree, then try again.`
  const elicitation = { mode: 'url', elicitationId: randomUUID(), url, message: `Authorize the use of ${label}.` }
  const rpc = { code: VISIT_FIRST, message, data: { elicitations: [elicitation] } }
  return oauthError('UPSTREAM_AUTHORIZATION_REQUIRED', message, { details: { rpc, url } })
}
