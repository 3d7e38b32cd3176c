import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createHash } from 'node:crypto'
import { errorCode } from '@nexus/plugin-api'
import { z } from 'zod'
import type { EgressRequest, EgressResponse } from '../../broker/index.ts'
import { developerError } from '../errors.ts'

const exchange = z.strictObject({
  method: z.string(),
  url: z.string(),
  /** SHA-256 of the body that was sent: bodies themselves may hold what should not lie in a repository. */
  bodySha256: z.string().optional(),
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  /** The URL after redirects, where it is another one. */
  finalUrl: z.string().optional(),
  body: z.string().optional(),
  /** In the place of `body` for what is not text. */
  bodyBase64: z.string().optional(),
})

const recording = z.strictObject({ recordedAt: z.string(), exchanges: z.array(exchange) })

/** One request and its answer, as written down. */
export type Exchange = z.infer<typeof exchange>

/** Reads what was recorded; `undefined` when nothing was. Fails with `RECORDING_UNREADABLE`. */
export async function readRecording(file: string): Promise<readonly Exchange[] | undefined> {
  try {
    return recording.parse(JSON.parse(await readFile(file, 'utf8'))).exchanges
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw developerError(
      'RECORDING_UNREADABLE',
      `Expected a recording in ${file}, found something else. Record it again with \`nexus test --record\`.`,
      { cause },
    )
  }
}

export async function writeRecording(file: string, exchanges: readonly Exchange[], at: Date): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify({ recordedAt: at.toISOString(), exchanges }, undefined, 2)}\n`)
}

/** What a request is known by: the same method, URL and body get the same answers. */
export function keyOf({ method = 'GET', url, body }: Pick<EgressRequest, 'method' | 'url' | 'body'>): string {
  return `${method} ${new URL(url).href} ${digestBody(body) ?? ''}`
}

export function keyOfExchange({ method, url, bodySha256 = '' }: Exchange): string {
  return `${method} ${new URL(url).href} ${bodySha256}`
}

/** Writes an exchange down; `hide` takes secrets out of every text. */
export function toExchange(
  { method = 'GET', url, body }: EgressRequest,
  response: EgressResponse,
  hide: (text: string) => string,
): Exchange {
  const bodySha256 = digestBody(body)
  return {
    method,
    url,
    ...(bodySha256 !== undefined && { bodySha256 }),
    status: response.status,
    headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, hide(value)])),
    ...(response.url !== url && { finalUrl: hide(response.url) }),
    ...bodyOf(response.body, hide),
  }
}

export function toResponse({ url, finalUrl, status, headers, body, bodyBase64 }: Exchange): EgressResponse {
  const bytes = bodyBase64 === undefined ? Buffer.from(body ?? '') : Buffer.from(bodyBase64, 'base64')
  return { status, headers, url: finalUrl ?? url, body: bytes }
}

function bodyOf(bytes: Uint8Array, hide: (text: string) => string): Pick<Exchange, 'body' | 'bodyBase64'> {
  try {
    return { body: hide(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    // Not text: kept as it is.
    return { bodyBase64: Buffer.from(bytes).toString('base64') }
  }
}

function digestBody(body: string | Uint8Array | undefined): string | undefined {
  return body === undefined ? undefined : createHash('sha256').update(body).digest('hex')
}
