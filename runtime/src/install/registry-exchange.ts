import { type Problem, type RegistryRoute, problem } from '@nexus/registry/contract'
import type { z } from 'zod'
import { installError } from './errors.ts'
import type { HttpAgent } from './http-agent.ts'
import { MAX_REGISTRY_ANSWER_BYTES, REGISTRY_DEADLINE_MS } from './limits.ts'

/** One request to the registry. */
export interface Exchange {
  readonly route: RegistryRoute
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly json?: unknown
  readonly bundle?: Uint8Array
  readonly token?: string
  /** Code of a second factor. */
  readonly otp?: string
  readonly signal?: AbortSignal
  readonly maxBytes?: number
}

/** Sends one request and reads the whole answer, within the time and size allowed. Redirects are not followed. */
export async function exchange(registryUrl: string, agent: HttpAgent, call: Exchange): Promise<Buffer> {
  const { status, bytes } = await send(registryUrl, agent, call)
  if (status >= 200 && status < 300) return bytes
  throw refusal(status, bytes)
}

/** Reads an answer by the schema of its route. What the schema does not know is dropped. */
export function readAnswer<Schema extends z.ZodType>(bytes: Buffer, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(bytes))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw installError(
    'REGISTRY_ANSWER_INVALID',
    `Expected an answer as the registry's contract says, found: ${issue?.path.join('.')}: ${issue?.message}`,
  )
}

async function send(registryUrl: string, agent: HttpAgent, call: Exchange): Promise<{ status: number; bytes: Buffer }> {
  const deadline = AbortSignal.timeout(REGISTRY_DEADLINE_MS)
  const signal = call.signal === undefined ? deadline : AbortSignal.any([call.signal, deadline])
  try {
    const { statusCode, body } = await agent.request(urlOf(registryUrl, call), {
      signal,
      method: call.route.method,
      headers: headersOf(call),
      body: call.bundle ?? (call.json === undefined ? undefined : JSON.stringify(call.json)),
    })
    return { status: statusCode, bytes: await readCapped(body, call.maxBytes ?? MAX_REGISTRY_ANSWER_BYTES) }
  } catch (cause) {
    call.signal?.throwIfAborted()
    throw installError(
      'REGISTRY_UNREACHABLE',
      `Expected the registry at ${new URL(registryUrl).origin} to answer, found that it did not. Check that it runs.`,
      { cause },
    )
  }
}

async function readCapped(body: AsyncIterable<unknown>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('Expected a stream of bytes.')
    size += chunk.length
    if (size > limit) throw new RangeError(`Expected an answer of at most ${limit} bytes, found more.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function urlOf(registryUrl: string, { route, params = {}, query = {} }: Exchange): URL {
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const url = new URL(registryUrl.replace(/\/$/, '') + path)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

function headersOf({ token, otp, json, bundle }: Exchange): Record<string, string> {
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(otp === undefined ? {} : { 'npm-otp': otp }),
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(bundle === undefined ? {} : { 'content-type': 'application/gzip' }),
  }
}

function refusal(status: number, bytes: Buffer) {
  const parsed = problem.safeParse(parseJson(bytes))
  const found = parsed.success ? `${parsed.data.code}: ${parsed.data.detail}` : `status ${status}`
  const details = { status, ...(parsed.success && withoutDetails(parsed.data)) }
  if (status === 404)
    return installError('INSTALL_RELEASE_NOT_FOUND', `Expected the registry to have this, found ${found}`, { details })
  return installError('REGISTRY_REFUSED', `Expected the registry to agree, found ${found}`, { details })
}

/** What the registry says; its own `details` are for programs that know it. */
function withoutDetails({ code, title, detail, requestId }: Problem) {
  return { code, title, detail, requestId }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    // The schema refuses it with words that say what was expected.
    return undefined
  }
}
