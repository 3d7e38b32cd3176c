import type * as Sdk from '@modelcontextprotocol/client'
import { headerOf, type EgressAnswer, type HttpEgress } from '../http-egress.ts'
import type { RegisteredClientSource } from './flow.ts'
import type { Subject } from './subject.ts'

/** What a server wants that refused a request. Source: RFC 6750 section 3, RFC 9728 section 5.1. */
export interface Demand {
  readonly resourceMetadataUrl: URL | undefined
  readonly scope: string | undefined
  readonly error: string | undefined
}

/** A server that waits for a person. */
export interface Challenge {
  readonly subject: Subject
  readonly egress: HttpEgress
  readonly resourceMetadataUrl: URL | undefined
  readonly scope: string | undefined
  readonly registered: RegisteredClientSource | undefined
}

export function readDemand(sdk: typeof Sdk, answer: EgressAnswer): Demand {
  const said = headerOf(answer, 'www-authenticate')
  if (said === undefined) return { resourceMetadataUrl: undefined, scope: undefined, error: undefined }
  const response = new Response(null, { status: answer.status, headers: { 'www-authenticate': said } })
  const { resourceMetadataUrl, scope, error } = sdk.extractWWWAuthenticateParams(response)
  return { resourceMetadataUrl, scope, error }
}
