import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Attempt, Cost } from './attempt.ts'

const FOLDER = join(import.meta.dirname, 'attempts')

/** An attempt and where it is written. */
export interface NamedAttempt {
  /** Folder, for example `memory-bombs`. */
  readonly group: string
  /** File without extension. */
  readonly name: string
  readonly attempt: Attempt
}

/** All attempts whose attack may cost `cost`, by folder and file name. */
export async function readAttempts(...costs: readonly Cost[]): Promise<readonly NamedAttempt[]> {
  const files = readdirSync(FOLDER, { withFileTypes: true }).flatMap((folder) =>
    readdirSync(join(FOLDER, folder.name)).map((file) => ({ group: folder.name, file })),
  )
  const all = await Promise.all(
    files.map(async ({ group, file }) => {
      const module: unknown = await import(pathToFileURL(join(FOLDER, group, file)).href)
      return { group, name: file.replace(/\.ts$/, ''), attempt: attemptOf(module, file) }
    }),
  )
  return all.filter(({ attempt }) => costs.includes(attempt.costs ?? 'call'))
}

function attemptOf(module: unknown, file: string): Attempt {
  if (typeof module === 'object' && module !== null && 'attempt' in module) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each file is checked by `defineAttempt`
    return module.attempt as Attempt
  }
  throw new Error(`Expected ${file} to export an attempt, found none.`)
}
