import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requirements } from './requirements.ts'

const here = resolve(import.meta.dirname)

async function citedIds(): Promise<ReadonlySet<string>> {
  const cited = new Set<string>()
  for await (const file of glob('**/*.test.ts', { cwd: here })) {
    for (const match of readFileSync(join(here, file), 'utf8').matchAll(
      /(?:describe|it)[^\n]*\[((?:[A-Z]\d+(?:,\s*)?)+)\]/g,
    )) {
      for (const id of (match[1] ?? '').split(/,\s*/)) cited.add(id)
    }
  }
  return cited
}

describe('requirements', () => {
  it('are each cited by a test', async () => {
    const cited = await citedIds()
    expect(Object.keys(requirements).filter((id) => !cited.has(id))).toEqual([])
  })
})
