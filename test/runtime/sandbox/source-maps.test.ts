import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createAuthorLog } from '../../../runtime/src/sandbox/debug/author-log.ts'
import {
  type MappedSource,
  type StackMapper,
  createStackMapper,
} from '../../../runtime/src/sandbox/debug/stack-mapper.ts'
import { bundleCode } from '../../../runtime/src/developer/pack/index.ts'

const FILE = 'acme/hello.js'
const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0).toReversed()) await undo()
})

function openMapper(): StackMapper {
  const mapper = createStackMapper()
  cleanup.push(() => mapper[Symbol.asyncDispose]())
  return mapper
}

const source = (map: string | Uint8Array | undefined, key = 'sha512:1'): MappedSource => ({
  key,
  file: FILE,
  load: async () => (typeof map === 'string' ? new TextEncoder().encode(map) : map),
})

/** A plugin of two files, bundled as it is packed. */
async function bundleHello() {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-map-'))
  cleanup.push(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'src'))
  await writeFile(
    join(folder, 'src', 'deep.ts'),
    `// one\n// two\nexport function deep(): never {\n  throw new Error('here')\n}\n`,
  )
  await writeFile(
    join(folder, 'src', 'index.ts'),
    `import { deep } from './deep.ts'\nexport default { activate(): void { deep() } }\n`,
  )
  return { folder, ...(await bundleCode(join(folder, 'src', 'index.ts'))) }
}

describe('stacks in the lines of the author [R3, H7]', () => {
  it('come from the map that was packed with the code, and name no folder of the machine', async () => {
    const { folder, code, map } = await bundleHello()
    expect(code).not.toContain(folder)
    expect(map).not.toContain(folder)
    const line = code.split('\n').findIndex((text) => text.includes('throw new Error')) + 1
    const column = (code.split('\n')[line - 1] ?? '').indexOf('throw') + 1
    const stack = `Error: here\n    at deep (${FILE}:${line}:${column})\n    at enter (nexus:guest:3:1)\n    at ${FILE}:1:1`
    const mapped = await openMapper().map(stack, source(map))
    expect(mapped).toContain('at deep (src/deep.ts:4:3)')
    expect(mapped).not.toContain('nexus:guest')
    expect(mapped).toContain('Error: here')
  })

  it.each([
    ['is not there', undefined],
    ['is not JSON', '{'],
    ['is of another shape', '{"version":3,"mappings":5}'],
    ['is larger than is read', new Uint8Array(9 * 1_048_576)],
    ['nests without end', '['.repeat(1_000_000)],
  ])('stay as they are when the map %s', async (_why, map) => {
    const stack = `Error: x\n    at f (${FILE}:1:1)`
    expect(await openMapper().map(stack, source(map))).toBe(stack)
  })

  it('are not waited for when the map takes long or fills the heap, and the next map works', async () => {
    const { code, map } = await bundleHello()
    const mapper = openMapper()
    const hostile = JSON.stringify({ version: 3, sources: ['a'], names: [], mappings: ';'.repeat(7_900_000) })
    const stack = `Error: x\n    at f (${FILE}:1:1)`
    expect(await mapper.map(stack, source(hostile, 'hostile'))).toBe(stack)
    const line = code.split('\n').findIndex((text) => text.includes('throw new Error')) + 1
    expect(await mapper.map(`    at deep (${FILE}:${line}:2)`, source(map, 'good'))).toContain('src/deep.ts')
  }, 30_000)

  it('keep the order of the log while one of them is mapped', async () => {
    const { map } = await bundleHello()
    const lines: string[] = []
    const log = createAuthorLog({
      mapper: openMapper(),
      sourceOf: () => source(map),
      write: (_installation, _level, message) => void lines.push(message.split('\n')[0] ?? ''),
    })
    log.write('a', 'info', 'first')
    log.write('a', 'error', `second\n    at f (${FILE}:1:1)`)
    log.write('a', 'info', 'third')
    for (let turn = 0; turn < 500 && lines.length < 3; turn += 1) await new Promise((resume) => setTimeout(resume, 10))
    expect(lines).toEqual(['first', 'second', 'third'])
  })
})
