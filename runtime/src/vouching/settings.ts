import { randomUUID } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { z } from 'zod'
import { vouchingError } from './host-key.ts'

const source = z.object({ name: z.string(), url: z.string(), allowPrivate: z.boolean() })

const shape = z.object({
  /** Whether installations are counted. */
  statistics: z.boolean().default(true),
  /** Day of the last report, `2026-11-21`. */
  lastReport: z.string().optional(),
  /** Registries that servers are imported from, beside the host's own. */
  sources: z.array(source).max(50).default([]),
})

export type MarketplaceChoices = Readonly<z.infer<typeof shape>>

/** What the operator chose about the marketplace: `<data>/marketplace.json`, read at start, written whole. */
export interface ChoicesFile {
  get(): MarketplaceChoices
  change(change: Partial<MarketplaceChoices>): Promise<MarketplaceChoices>
}

export async function openChoices(dataDir: string): Promise<ChoicesFile> {
  const path = join(dataDir, 'marketplace.json')
  let current = await read(path)
  let writing: Promise<unknown> = Promise.resolve()
  return {
    get: () => current,
    change(change) {
      const next = writing.then(async () => {
        const wanted = { ...current, ...change }
        await write(path, wanted)
        current = wanted
        return current
      })
      writing = next.catch(() => undefined)
      return next
    },
  }
}

async function read(path: string): Promise<MarketplaceChoices> {
  try {
    return shape.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return shape.parse({})
    throw vouchingError(
      'MARKETPLACE_FILE_INVALID',
      `Expected the choices about the marketplace in ${path}, found something else. Mend or remove the file.`,
      { cause },
    )
  }
}

async function write(path: string, choices: MarketplaceChoices): Promise<void> {
  const next = join(dirname(path), `.marketplace-${randomUUID()}`)
  {
    await using file = await open(next, 'wx', 0o600)
    await file.writeFile(`${JSON.stringify(choices, undefined, 2)}\n`)
    await file.sync()
  }
  await rename(next, path)
}
