import { NexusError, errorCode } from '@nexus/plugin-api'
import { request } from 'undici'
import type { z } from 'zod'
import { type ApiRoute, type RouteDefinition, apiRoutes, schemas } from '../contract/index.ts'
import type { Credentials } from './credentials.ts'
import { cliError } from './errors.ts'
import { createEventReader } from './event-reader.ts'
import { REQUEST_TIMEOUT_MS, STREAM_SILENCE_MS } from './limits.ts'

type Definition<Name extends ApiRoute> = (typeof apiRoutes)[Name]

/** What a route answers. */
type Answer<Name extends ApiRoute> =
  Definition<Name> extends { readonly response: infer Schema extends z.ZodType } ? z.output<Schema> : undefined

interface CallOptions {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
  /** A raw body instead, for routes that take one. */
  readonly bytes?: Uint8Array
}

/** What each event of a streaming route tells; `never` for the others. */
type EventOf<Name extends ApiRoute> =
  Definition<Name> extends { readonly events: infer Schema extends z.ZodType } ? z.output<Schema> : never

/** Calls the admin API by the names of its table; answers are checked against it. */
export interface ApiClient {
  readonly url: string
  call<Name extends ApiRoute>(name: Name, options?: CallOptions): Promise<Answer<Name>>
  /** Tells each event of a streaming route; resolves when the host ends the stream. */
  follow<Name extends ApiRoute>(
    name: Name,
    options: CallOptions,
    onEvent: (event: EventOf<Name>) => void,
  ): Promise<void>
}

export function createApiClient(credentials: Credentials): ApiClient {
  const { url, token, workspace } = credentials
  const headers = {
    authorization: `Bearer ${token}`,
    ...(workspace !== undefined && { 'x-nexus-workspace': workspace }),
  }
  return {
    url,
    async call<Name extends ApiRoute>(name: Name, options: CallOptions = {}) {
      const route: RouteDefinition = apiRoutes[name]
      const answer = await send(`${url}${pathOf(route, options)}`, route, headers, options)
      if (answer.status >= 400) throw problemError(answer)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `readAnswer` parsed it with the schema of this very route
      return readAnswer(route, answer) as Answer<Name>
    },
    async follow<Name extends ApiRoute>(name: Name, options: CallOptions, onEvent: (event: EventOf<Name>) => void) {
      const route: RouteDefinition = apiRoutes[name]
      const reader = createEventReader((data) => {
        const parsed = route.events?.safeParse(parseJson(data))
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parsed with the schema of this very route
        if (parsed?.success === true) onEvent(parsed.data as EventOf<Name>)
      })
      await stream(`${url}${pathOf(route, options)}`, headers, (text) => reader.push(text))
    },
  }
}

interface RawAnswer {
  readonly status: number
  readonly text: string
}

async function send(
  url: string,
  route: RouteDefinition,
  headers: Record<string, string>,
  { body, bytes }: CallOptions,
): Promise<RawAnswer> {
  try {
    const answer = await request(url, {
      method: route.method,
      headers: {
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(bytes !== undefined && { 'content-type': 'application/octet-stream' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(bytes !== undefined && { body: bytes }),
      headersTimeout: REQUEST_TIMEOUT_MS,
      bodyTimeout: REQUEST_TIMEOUT_MS,
    })
    return { status: answer.statusCode, text: await answer.body.text() }
  } catch (cause) {
    throw unreachable(url, cause)
  }
}

async function stream(url: string, headers: Record<string, string>, onText: (text: string) => void): Promise<void> {
  try {
    const answer = await request(url, {
      headers: { ...headers, accept: 'text/event-stream' },
      headersTimeout: REQUEST_TIMEOUT_MS,
      bodyTimeout: STREAM_SILENCE_MS,
    })
    if (answer.statusCode >= 400) throw problemError({ status: answer.statusCode, text: await answer.body.text() })
    for await (const text of answer.body.setEncoding('utf8')) onText(String(text))
  } catch (cause) {
    if (cause instanceof NexusError) throw cause
    throw unreachable(url, cause)
  }
}

function unreachable(url: string, cause: unknown): NexusError {
  const found = errorCode(cause) ?? 'an unknown failure'
  return cliError(
    'CLI_UNREACHABLE',
    `Expected an answer of the host at ${new URL(url).origin}, found ${found}. Is it running? \`nexus doctor\` says more.`,
    { cause },
  )
}

function pathOf(route: RouteDefinition, { params = {}, query = {} }: CallOptions): string {
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}

function readAnswer(route: RouteDefinition, answer: RawAnswer): unknown {
  if (route.response === undefined) return undefined
  const parsed = route.response.safeParse(parseJson(answer.text))
  if (parsed.success) return parsed.data
  throw cliError(
    'CLI_ANSWER',
    `Expected an answer as this version of Nexus describes it to ${route.method} ${route.path}, found another one. Is the host of the same version?`,
  )
}

/** The host's problem document as the error it was, with the request id that finds it in the log. */
function problemError(answer: RawAnswer): NexusError {
  const parsed = schemas.problem.safeParse(parseJson(answer.text))
  if (!parsed.success)
    return cliError(
      'CLI_ANSWER',
      `Expected an answer of a Nexus host, found status ${answer.status} with something else in it.`,
    )
  const { code, status, title, detail, requestId, errors } = parsed.data
  return new NexusError(code, detail, {
    fault: status >= 500 ? 'host' : 'caller',
    status,
    title,
    details: { requestId, ...(errors && { errors }) },
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON is one more way of not fitting the schema that the caller checks next.
    return undefined
  }
}
