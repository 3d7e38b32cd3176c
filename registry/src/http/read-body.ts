import type { Context } from 'koa'
import type { z } from 'zod'
import { MAX_BUNDLE_BYTES } from '../bundle/limits.ts'
import { registryError } from '../errors.ts'
import { MAX_JSON_BODY_BYTES } from '../limits.ts'
import { bodyOf } from './request-body.ts'

/** Reads a JSON body: media type, size, syntax, then the schema. */
export async function readJsonBody(context: Context, schema: z.ZodType): Promise<unknown> {
  requireMediaType(context, 'application/json')
  requireLength(context, MAX_JSON_BODY_BYTES)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of bodyOf(context.req)) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('Expected a stream of bytes.')
    size += chunk.length
    if (size > MAX_JSON_BODY_BYTES) throw tooLarge(MAX_JSON_BODY_BYTES)
    chunks.push(chunk)
  }
  const parsed = schema.safeParse(parseJson(Buffer.concat(chunks)))
  if (parsed.success) return parsed.data
  throw registryError('REQUEST_INVALID', 'Expected a body as the API describes it, found another. See details.', {
    details: { errors: issuesOf(parsed.error) },
  })
}

/** The raw body of a bundle upload, its head checked; nothing is read yet. */
export function openBundleBody(context: Context): AsyncIterable<unknown> {
  requireMediaType(context, 'application/gzip')
  requireLength(context, MAX_BUNDLE_BYTES)
  return bodyOf(context.req)
}

export function issuesOf(error: z.ZodError) {
  return error.issues.slice(0, 20).map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
}

function requireMediaType(context: Context, expected: string): void {
  const found = context.get('content-type').split(';')[0]?.trim().toLowerCase() ?? ''
  if (found === expected && context.get('content-encoding') === '') return
  throw registryError(
    'MEDIA_TYPE_UNSUPPORTED',
    `Expected a body of type ${expected} without content encoding, found another.`,
  )
}

function requireLength(context: Context, limit: number): void {
  if (Number(context.get('content-length') || 0) > limit) throw tooLarge(limit)
}

function tooLarge(limit: number) {
  return registryError('BODY_TOO_LARGE', `Expected a body of at most ${limit} bytes, found more.`)
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // The parser's words would repeat the body.
    throw registryError('REQUEST_MALFORMED', 'Expected a JSON body in UTF-8, found something else.')
  }
}
