import type { IncomingMessage } from 'node:http'
import { gatewayError } from '../errors.ts'
import { MAX_BODY_BYTES } from '../limits.ts'

function tooLarge() {
  return gatewayError('BODY_TOO_LARGE', `Expected a body of at most ${MAX_BODY_BYTES} bytes, found more.`)
}

function cutOff() {
  return gatewayError('PARSE_FAILED', 'Expected the whole body, found the connection closed.')
}

/** The body as text. More than the limit is refused as soon as it is known, without reading the rest. */
export function readBody(request: IncomingMessage): Promise<string> {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > MAX_BODY_BYTES) return Promise.reject(tooLarge())
  return new Promise((resolve, reject) => {
    // Nothing of what is listened for below happens again to a connection that is gone already.
    if (request.destroyed && !request.complete) reject(cutOff())
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_BODY_BYTES) {
        request.pause()
        reject(tooLarge())
      } else chunks.push(chunk)
    })
    request.on('end', () => {
      const first = chunks[0]
      const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size)
      resolve(bytes.toString('utf8'))
    })
    request.on('error', reject)
    request.on('close', () => {
      // Fires after every request; only one that is not complete was cut off.
      if (!request.complete) reject(cutOff())
    })
  })
}

/** The body as JSON. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type']
  if (type === undefined || !/^application\/json\s*(;|$)/i.test(type)) {
    throw gatewayError('BODY_NOT_JSON', 'Expected content type application/json, found another.')
  }
  const text = await readBody(request)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw gatewayError('PARSE_FAILED', 'Parse error: expected JSON, found a body that does not parse.', { cause })
  }
}
