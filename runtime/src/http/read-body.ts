import type { IncomingMessage } from 'node:http'
import { httpError } from './errors.ts'
import { BODY_BYTES } from './limits.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads a JSON body: the type, the size, the encoding and the syntax are each refused with their own status. */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  checkType(request)
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > BODY_BYTES) throw tooLarge()
  const bytes = await readBytes(request)
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch (cause) {
    throw httpError('HTTP_BODY_MALFORMED', 'Expected a JSON text in UTF-8, found something else.', { cause })
  }
}

/** The raw body of a request, its head checked; reading it ends with a refusal at the limit. Nothing without one. */
export function openBytes(request: IncomingMessage, limit: number | undefined): AsyncIterable<Uint8Array> {
  if (limit === undefined) return nothing()
  const [type = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  if (type.trim() !== 'application/octet-stream' || request.headers['content-encoding'] !== undefined) {
    throw httpError(
      'HTTP_MEDIA_TYPE',
      'Expected `Content-Type: application/octet-stream` without compression, found another one.',
    )
  }
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit)
  return bounded(request, limit)
}

async function* bounded(request: IncomingMessage, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size > limit) throw tooLarge(limit)
    yield chunk
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // A route with a schema has its body there.
}

function checkType(request: IncomingMessage): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='))
  const encoding = request.headers['content-encoding'] ?? 'identity'
  const plain = encoding === 'identity' && (charset === undefined || /^charset="?utf-8"?$/.test(charset))
  if (type.trim() === 'application/json' && plain) return
  throw httpError(
    'HTTP_MEDIA_TYPE',
    'Expected `Content-Type: application/json` without compression, found another one.',
  )
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // Stopping early must leave the socket open: the refusal still has to be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size > BODY_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLarge(limit = BODY_BYTES) {
  return httpError('HTTP_BODY_SIZE', `Expected a body of at most ${limit} bytes, found a larger one.`)
}
