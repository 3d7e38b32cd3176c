import type { Context } from 'koa'
import { registryError } from '../../errors.ts'
import { bodyOf } from '../request-body.ts'

/** Bytes of a form. */
const MAX_FORM_BYTES = 8 * 1024

/** Reads the fields of a form that a browser sent. A field that is there twice counts once. */
export async function readForm(context: Context): Promise<Readonly<Record<string, string>>> {
  if (context.is('application/x-www-form-urlencoded') === false) {
    throw registryError('MEDIA_TYPE_UNSUPPORTED', 'Expected the fields of a form, found another type of body.')
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of bodyOf(context.req)) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('Expected a stream of bytes.')
    size += chunk.length
    if (size > MAX_FORM_BYTES) {
      throw registryError('BODY_TOO_LARGE', `Expected a form of at most ${MAX_FORM_BYTES} bytes, found more.`)
    }
    chunks.push(chunk)
  }
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')))
}
