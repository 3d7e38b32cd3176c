import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Arena, type PluginOptions, callTool, moduleOf, openArena } from '../../escape/arena.ts'

const files: PluginOptions['grants'] = {
  files: [
    { root: '$data', path: '', access: 'read-write' },
    { root: '$workspace', path: '', access: 'read' },
  ],
}

describe('storage and files inside a sandbox [H5]', () => {
  let arena: Arena
  let given = ''
  beforeAll(async () => {
    given = await realpath(await mkdtemp(join(tmpdir(), 'nexus-given-')))
    await mkdir(join(given, 'sub'))
    await writeFile(join(given, 'sub', 'a.txt'), 'from the host')
    arena = await openArena({ roots: [{ name: 'docs', path: given, access: 'read' }] })
  })
  afterAll(async () => {
    await arena[Symbol.asyncDispose]()
    await rm(given, { recursive: true })
  })
  const run = async (body: string, options: PluginOptions): Promise<string> => {
    await using sandbox = await arena.open(moduleOf(body), options)
    return await callTool(sandbox)
  }

  it('sets by version, and changes one key as a transaction', async () => {
    const text = await run(
      `const { storage } = context
       const seen = [await storage.getVersioned('k'), await storage.compareAndSet('k', undefined, { n: 1 })]
       const { value, version } = await storage.getVersioned('k')
       seen.push(value, await storage.compareAndSet('k', version + 1, 2), await storage.compareAndSet('k', version, 2))
       seen.push(await storage.update('k', (n) => n + 1), await storage.update('k', async () => undefined) ?? 'gone')
       seen.push(await storage.get('k') ?? 'none')
       return JSON.stringify(seen)`,
      { installationId: 'one' },
    )
    expect(JSON.parse(text)).toEqual([null, true, { n: 1 }, false, true, 3, 'gone', 'none'])
  })

  it('loses no count, however many calls count at once', async () => {
    const code = moduleOf(`return String(await context.storage.update('count', (n) => (n ?? 0) + 1))`)
    await using sandbox = await arena.open(code, { installationId: 'two' })
    const counts = await Promise.all(
      Array.from({ length: 6 }, (_, index) => callTool(sandbox, '{}', undefined, `r${index}`)),
    )
    expect(counts.map(Number).toSorted((left, right) => left - right)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('says so when somebody else writes each time', async () => {
    const text = await run(
      `try { await context.storage.update('k', async (n) => { await context.storage.set('k', Math.random()); return 1 }) }
       catch (error) { return error.code }`,
      { installationId: 'three' },
    )
    expect(text).toBe('STORAGE_CONFLICT')
  })

  it('reads and writes files as text and as bytes', async () => {
    const text = await run(
      `const { files } = context
       await files.write('$data/a/text', 'größe')
       await files.write('$data/a/bytes', new Uint8Array([0, 255, 7]).subarray(1))
       const bytes = await files.read('$data/a/bytes')
       return JSON.stringify([await files.readText('$data/a/text'), bytes instanceof Uint8Array, [...bytes],
         [...await files.read('$data/a/text', { offset: 1, length: 2 })], await files.list('$data/a'),
         (await files.stat('$data/a/bytes')).bytes, await files.remove('$data/a/bytes'),
         await files.readText('$workspace/docs/sub/a.txt')])`,
      { installationId: 'four', grants: files },
    )
    expect(JSON.parse(text)).toEqual([
      'größe',
      true,
      [255, 7],
      [114, 195],
      [
        { name: 'bytes', kind: 'file' },
        { name: 'text', kind: 'file' },
      ],
      2,
      true,
      'from the host',
    ])
  })

  it('tells a plugin the code of what was refused', async () => {
    const text = await run(
      `const codes = []
       for (const attempt of [
         () => context.files.write('$workspace/docs/sub/a.txt', 'x'),
         () => context.files.readText('$data/../x'),
         () => context.files.readText('$data/none'),
         () => context.files.write('$data/large', 'x'.repeat(300000)).then(() => context.files.write('$data/more', 'x'.repeat(300000))),
         () => context.files.write('$data/x', { toString: () => 'x' }),
         () => context.files.read({ toString: () => '$data/large' }),
       ]) await attempt().then(() => codes.push('ok'), (error) => codes.push(error.code ?? error.name))
       return codes.join(' ')`,
      { installationId: 'five', grants: files, limits: { fileBytes: 500_000 } },
    )
    expect(text).toBe('FILE_DENIED FILE_DENIED FILE_UNKNOWN FILE_QUOTA TypeError TypeError')
    expect(await readFile(join(given, 'sub', 'a.txt'), 'utf8')).toBe('from the host')
  })
})
