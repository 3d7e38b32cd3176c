import { randomUUID } from 'node:crypto'
import { readFile, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'
import { isMissing, makePrivateFolder, renameDurably, writeDurably } from './durable-file.ts'

/** A small file of settings or state: read whole, changed whole, never found half-written. */
export interface JsonFile<Content> {
  /** What is in force now. */
  readonly content: Content
  /** One change after the other, each on top of the one before; one that throws changes nothing. */
  change(make: (current: Content) => Content): Promise<void>
}

/**
 * Opens a file that people may read and edit while the host is stopped. Without one, `empty` is in force; a damaged one
 * throws what `damaged` makes of the first thing that is wrong, never silently the empty one.
 */
export async function openJsonFile<Content>(
  path: string,
  schema: z.ZodType<Content>,
  empty: Content,
  damaged: (found: string) => Error,
): Promise<JsonFile<Content>> {
  await removeDrafts(path)
  let content: Content = await readJsonFile(path, schema, empty, damaged)
  let last: Promise<unknown> = Promise.resolve()
  return {
    get content() {
      return content
    },
    async change(make) {
      const before = last
      const { promise, resolve } = Promise.withResolvers<void>()
      last = promise
      await before
      try {
        const changed = make(content)
        if (JSON.stringify(changed) === JSON.stringify(content)) return
        await replaceJson(path, changed)
        content = changed
      } finally {
        resolve()
      }
    },
  }
}

/** The same for those who only look: leaves alone what a host may be writing just now. */
export async function readJsonFile<Content>(
  path: string,
  schema: z.ZodType<Content>,
  empty: Content,
  damaged: (found: string) => Error,
): Promise<Content> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return empty
    throw error
  }
  const parsed = schema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw damaged(`${issue?.path.join('.')}: ${issue?.message}`)
}

async function replaceJson(path: string, content: unknown): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`
  try {
    await writeDurably(draft, `${JSON.stringify(content, undefined, 2)}\n`, 0o600)
    await renameDurably(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
}

async function removeDrafts(path: string): Promise<void> {
  const folder = dirname(path)
  await makePrivateFolder(folder)
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${basename(path)}.`) && name.endsWith('.draft')) await rm(join(folder, name), { force: true })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The schema refuses it, and the error names the file.
    return undefined
  }
}
