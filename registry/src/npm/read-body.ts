import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import type { z } from 'zod'
import { registryError } from '../errors.ts'
import { bodyOf } from '../http/request-body.ts'
import { npmError } from './errors.ts'
import { MAX_BODY_BYTES } from './limits.ts'

/** Reads a JSON body and checks it. Some clients send no content type, some compress. */
export async function readJson<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
  limit = MAX_BODY_BYTES,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(parse(await readBytes(request, limit)))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw npmError(
    'NPM_BODY',
    `Expected a body as npm sends it, found another: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
  )
}

async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  const packed = request.headers['content-encoding'] === 'gzip'
  const body: AsyncIterable<unknown> = packed ? request.pipe(createGunzip()) : bodyOf(request)
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('Expected a stream of bytes.')
      size += chunk.length
      if (size > limit) {
        throw registryError('BODY_TOO_LARGE', `Expected a body of at most ${limit} bytes, found more.`)
      }
      chunks.push(chunk)
    }
  } catch (error) {
    if (packed && error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) throw malformed()
    throw error
  }
  return Buffer.concat(chunks)
}

function parse(bytes: Buffer): unknown {
  if (bytes.length === 0) return {}
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // The parser's words would repeat the body, which may hold a password.
    throw malformed()
  }
}

function malformed() {
  return npmError('NPM_BODY', 'Expected a JSON body in UTF-8, found something else.')
}
