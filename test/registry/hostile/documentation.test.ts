import { readFile } from 'node:fs/promises'
import { bundleErrors, findingCodes } from '@nexus/registry/bundle'
import { describe, expect, it } from 'vitest'

const rows = async (room: string) => {
  const text = await readFile(new URL(`../../../registry/src/${room}/README.md`, import.meta.url), 'utf8')
  return [...text.matchAll(/^\| `([A-Z_]+)`\s+\| (.+?)\s*\|/gm)].map(
    ([, code = '', second = '']) => [code, second] as const,
  )
}

describe('documentation of the rules [R4]', () => {
  it('has a line for every rule of the reader', async () => {
    expect((await rows('bundle')).map(([code]) => code).toSorted()).toEqual(Object.keys(bundleErrors).toSorted())
  })

  it('has a line for every static check, with its severity', async () => {
    expect(Object.fromEntries(await rows('checks'))).toEqual(findingCodes)
  })
})
