import { z } from 'zod'
import { serverError } from './errors.ts'

/** Where a page ended: in the plain entries or in the plugins, behind one version. */
const cursorShape = z.tuple([z.enum(['entry', 'plugin']), z.string().max(200), z.string().max(255)])

export type ServerCursor = z.infer<typeof cursorShape>

export function writeCursor(cursor: ServerCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

export function readCursor(text: string): ServerCursor {
  try {
    return cursorShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
  } catch {
    throw serverError('SERVER_CURSOR', 'Expected the `nextCursor` of an earlier page, found something else.')
  }
}
