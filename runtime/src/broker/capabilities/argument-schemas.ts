import { z } from 'zod'
import { MAX_HEADERS, MAX_URL_CHARACTERS } from '../limits.ts'

// Shapes that several capabilities take.

export const urlText = z.string().min(1).max(MAX_URL_CHARACTERS)
export const headersSchema = z
  .record(z.string().max(128), z.string().max(16_384))
  .refine((headers) => Object.keys(headers).length <= MAX_HEADERS, {
    message: `expected at most ${MAX_HEADERS} headers`,
  })
/** Text that is JSON itself, of at most `maxBytes`. */
export const jsonText = (maxBytes: number) =>
  z
    .string()
    .refine((text) => Buffer.byteLength(text) <= maxBytes, { message: `expected at most ${maxBytes} bytes` })
    .refine(isJson, { message: 'expected JSON' })
export const secretReference = z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}(\.[A-Za-z0-9_-]{1,128})?$/)
export const secretHeadersSchema = z.record(
  z.string().max(128),
  z.strictObject({
    secret: secretReference,
    format: z
      .string()
      .max(200)
      .refine((format) => format.includes('{}'), { message: 'expected `{}` where the secret goes' })
      .exactOptional(),
  }),
)

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // Whoever sends other text is told by the schema.
    return false
  }
}
