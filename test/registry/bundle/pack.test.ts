import { execFile } from 'node:child_process'
import { mkdtemp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { collectFiles, packBundle, readBundle, readVerifiedBundle } from '@nexus/registry/bundle'
import { list } from 'tar'
import { describe, expect, it } from 'vitest'
import { pluginFiles } from '../fixtures.ts'

describe('packing [R3]', () => {
  it('gives the same bytes for the same files, in whatever order', async () => {
    const files = pluginFiles()
    const one = await packBundle(files)
    const two = await packBundle(new Map([...files].toReversed()))
    expect(Buffer.compare(one, two)).toBe(0)
  })

  it('packs what both the strict reader and node-tar list in the same way', async () => {
    const bundle = await packBundle(pluginFiles({ files: { [`dist/${'long/'.repeat(30)}x.js`]: '1' } }))
    const listed: string[] = []
    const parser = list({ onReadEntry: (entry) => listed.push(entry.path) })
    await new Promise((resolve, reject) => parser.once('end', resolve).once('error', reject).end(Buffer.from(bundle)))
    const { files } = await readBundle(bundle)
    expect(listed.toSorted()).toEqual([...files.keys()].map((path) => `package/${path}`).toSorted())
  })

  it('does not depend on clock, permissions and language of the machine', async () => {
    const script = `
      import { packBundle, digestBundle } from '@nexus/registry/bundle'
      const files = new Map([['ä.txt', 'x'], ['z.txt', 'y'], ['I.txt', 'z'], ['i/${'long/'.repeat(30)}.txt', '']])
      process.stdout.write(digestBundle(await packBundle(files)))`
    const run = async (env: NodeJS.ProcessEnv, umask: string) => {
      const command = `umask ${umask}; exec "$0" --input-type=module-typescript -e "$1"`
      const args = ['-c', command, process.execPath, script]
      return (await promisify(execFile)('sh', args, { env: { ...process.env, ...env } })).stdout
    }
    const one = await run({ TZ: 'UTC', LC_ALL: 'C' }, '022')
    expect(one).toMatch(/^sha512:/)
    expect(await run({ TZ: 'Asia/Tokyo', LC_ALL: 'tr_TR.UTF-8' }, '077')).toBe(one)
  })

  it('leaves no temporary folder behind', async () => {
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('nexus-pack-'))
    await packBundle(pluginFiles())
    await expect(packBundle(new Map([['../evil', 'x']]))).rejects.toMatchObject({ code: 'BUNDLE_PATH' })
    const after = (await readdir(tmpdir())).filter((name) => name.startsWith('nexus-pack-'))
    expect(after.length).toBeLessThanOrEqual(before.length)
  })

  it('collects manifest, documents and build output, and nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-collect-'))
    await mkdir(join(folder, 'dist/deep'), { recursive: true })
    await mkdir(join(folder, 'src'))
    for (const path of [
      'nexus.plugin.json',
      'package.json',
      'README.md',
      'LICENSE',
      '.env',
      'notes.txt',
      'dist/index.js',
      'dist/deep/a.js',
      'src/a.ts',
    ]) {
      await writeFile(join(folder, path), path)
    }
    await symlink('/etc/passwd', join(folder, 'dist/link'))
    const files = await collectFiles(folder)
    expect([...files.keys()].toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'dist/deep/a.js',
      'dist/index.js',
      'nexus.plugin.json',
      'package.json',
    ])
    await rm(folder, { recursive: true })
  })

  it('reads verified bytes again only when they still have their digest', async () => {
    const bundle = await packBundle(pluginFiles())
    const { digests } = await readBundle(bundle)
    expect(readVerifiedBundle(bundle, digests.bundle).size).toBe(4)
    const changed = Uint8Array.from(bundle)
    changed[40] = (changed[40] ?? 0) ^ 1
    expect(() => readVerifiedBundle(changed, digests.bundle)).toThrowError(
      expect.objectContaining({ code: 'BUNDLE_DIGEST' }),
    )
  })
})
