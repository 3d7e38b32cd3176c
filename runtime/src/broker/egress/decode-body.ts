import { type Readable, pipeline } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { brokerError } from '../errors.ts'

/** Decoded chunks of a body, never more than `maxBytes` together: the count is taken after decompression. */
export async function* decodeBody(
  body: Readable,
  encoding: string | undefined,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const decoded = decoder(body, encoding)
  let total = 0
  for await (const chunk of decoded) {
    if (!(chunk instanceof Uint8Array)) continue
    total += chunk.byteLength
    if (total > maxBytes) {
      throw brokerError(
        'NETWORK_TOO_LARGE',
        `Expected a body of at most ${maxBytes} bytes, found more. Ask for less at once.`,
        {
          details: { limit: 'maxBytes', value: maxBytes },
        },
      )
    }
    yield chunk
  }
}

function decoder(body: Readable, encoding: string | undefined): Readable {
  const name = encoding?.trim().toLowerCase() ?? 'identity'
  if (name === '' || name === 'identity') return body
  const transform =
    name === 'gzip' || name === 'x-gzip'
      ? createGunzip()
      : name === 'br'
        ? createBrotliDecompress()
        : name === 'deflate'
          ? createInflate()
          : undefined
  if (transform === undefined) {
    body.destroy()
    throw brokerError(
      'NETWORK_FAILED',
      `Expected content encoding gzip, br, deflate or none, found \`${name.slice(0, 40)}\`.`,
    )
  }
  // The reader of `transform` sees the error; the callback only keeps it from being thrown twice.
  return pipeline(body, transform, () => undefined)
}
