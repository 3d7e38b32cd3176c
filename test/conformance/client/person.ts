import { errorCode, type JsonObject, type JsonValue } from '@nexus/plugin-api'
import { isJsonObject } from '../../../runtime/src/gateway/json-rpc.ts'
import type { UpstreamAuthorizations } from '../../../runtime/src/gateway/upstream/remote/oauth/authorizations.ts'
import type { Principal } from '../../../runtime/src/identity/principal.ts'
import type { UpstreamMessage } from '../../../runtime/src/gateway/upstream/upstream.ts'

/** After so many visits a person would call the vendor. */
const MAX_VISITS = 6

/** Somebody who opens every address that an authorization needs, and agrees to everything there. */
export function createPerson(authorizations: UpstreamAuthorizations, upstreamId: string, principal: Principal) {
  const whoAsks = () => Promise.resolve(principal)
  let visiting: Promise<void> | undefined
  const visit = async () => {
    const address = await authorizations.start(upstreamId, whoAsks)
    const answer = await fetch(address, { redirect: 'manual' })
    const query = new URL(answer.headers.get('location') ?? '', address).searchParams
    const parameter = (name: string) => query.get(name) ?? undefined
    await authorizations.finish(
      { state: parameter('state'), code: parameter('code'), iss: parameter('iss'), error: parameter('error') },
      whoAsks,
    )
  }
  return {
    /** Does `work` again after each visit that it asks for. */
    async agreeing<Result>(work: () => Promise<Result>): Promise<Result> {
      for (let visits = 0; ; visits += 1) {
        try {
          return await work()
        } catch (error) {
          if (errorCode(error) !== 'UPSTREAM_AUTHORIZATION_REQUIRED' || visits === MAX_VISITS) throw error
          visiting ??= visit().finally(() => (visiting = undefined))
          await visiting
        }
      }
    },
  }
}

/** A client that answers every question at once: forms with their defaults, and yes where there is none. */
export function answerQuestion({ method, params }: UpstreamMessage): JsonObject {
  if (method === 'roots/list') return { roots: [] }
  if (method === 'sampling/createMessage')
    return { role: 'assistant', content: { type: 'text', text: 'Four.' }, model: 'none', stopReason: 'endTurn' }
  return { action: 'accept', content: filledIn(params?.['requestedSchema']) }
}

function filledIn(schema: JsonValue | undefined): JsonObject {
  const properties = isJsonObject(schema) && isJsonObject(schema['properties']) ? schema['properties'] : {}
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valueFor(field)]))
}

/** What somebody who knows only the schema would write. */
export function valueFor(schema: JsonValue | undefined): JsonValue {
  if (!isJsonObject(schema)) return 'text'
  if (schema['default'] !== undefined) return schema['default']
  if (Array.isArray(schema['enum'])) return schema['enum'][0] ?? null
  if (schema['type'] === 'boolean') return true
  if (schema['type'] === 'integer' || schema['type'] === 'number') return 2
  if (schema['type'] === 'array') return []
  return schema['type'] === 'object' ? {} : 'text'
}
