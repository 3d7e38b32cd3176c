import { execFileSync } from 'node:child_process'
import {
  link,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPluginFiles } from '../../../runtime/src/broker/index.ts'
import type { Grants } from '../../../runtime/src/grants/grant.ts'
import { type OpenPort, openPort } from './open-port.ts'

const everything: Grants['files'] = [
  { root: '$data', path: '', access: 'read-write' },
  { root: '$workspace', path: '', access: 'read-write' },
]

let port: OpenPort
let outside = ''
let given = ''
beforeEach(async () => {
  outside = await realpath(await mkdtemp(join(tmpdir(), 'nexus-outside-')))
  await writeFile(join(outside, 'secret.txt'), 'secret')
  given = join(outside, 'given')
  await mkdir(given)
})
afterEach(async () => {
  await port[Symbol.asyncDispose]()
  await rm(outside, { recursive: true })
})

async function open(files: Grants['files'] = everything, fileBytes = 100_000): Promise<OpenPort> {
  port = await openPort({ grants: { files }, limits: { fileBytes } })
  port.roots.push({ name: 'docs', path: given, access: 'read-write' })
  return port
}

const write = (path: string, text: string) => port.call('files.write', { path, text })
const read = (path: string) => port.call('files.read', { path, as: 'text' })
const denied = { code: 'FILE_DENIED' }

describe('files: what works [H5]', () => {
  it('writes, reads, lists, looks at and removes, in both roots', async () => {
    await open()
    for (const root of ['$data', '$workspace/docs']) {
      await write(`${root}/notes/a.txt`, 'größe')
      expect(await read(`${root}/notes/a.txt`)).toBe('größe')
      await write(`${root}/notes/a.txt`, 'new')
      expect(await read(`${root}/notes/a.txt`)).toBe('new')
      await port.call('files.write', { path: `${root}/notes/b.bin`, base64: 'AP8=' })
      expect(await port.call('files.read', { path: `${root}/notes/b.bin`, as: 'base64' })).toBe('AP8=')
      expect(await port.call('files.list', { path: `${root}/notes` })).toEqual([
        { name: 'a.txt', kind: 'file' },
        { name: 'b.bin', kind: 'file' },
      ])
      expect(await port.call('files.stat', { path: `${root}/notes/a.txt` })).toMatchObject({ kind: 'file', bytes: 3 })
      expect(await port.call('files.stat', { path: `${root}/notes` })).toMatchObject({ kind: 'folder', bytes: 0 })
      await expect(port.call('files.remove', { path: `${root}/notes` })).rejects.toMatchObject({ code: 'FILE_KIND' })
      for (const name of ['a.txt', 'b.bin']) {
        expect(await port.call('files.remove', { path: `${root}/notes/${name}` })).toBe(true)
      }
      expect(await port.call('files.remove', { path: `${root}/notes` })).toBe(true)
      expect(await port.call('files.remove', { path: `${root}/notes` })).toBe(false)
    }
  })

  it('reads large files in pieces and says where text ends', async () => {
    await open()
    await write('$data/a', '0123456789')
    const piece = (offset: number, length: number) =>
      port.call('files.read', { path: '$data/a', as: 'text', offset, length })
    expect(await piece(2, 3)).toBe('234')
    expect(await piece(8, 100)).toBe('89')
    expect(await piece(20, 1)).toBe('')
    await writeFile(join(given, 'large'), Buffer.alloc(3 * 1_048_576, 97))
    await expect(read('$workspace/docs/large')).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
    await writeFile(join(given, 'bytes'), Buffer.from([0xff, 0xfe]))
    await expect(read('$workspace/docs/bytes')).rejects.toMatchObject({ code: 'FILE_NOT_TEXT' })
  })

  it('shows the names of the roots, and nothing where the operator gave none', async () => {
    await open()
    expect(await port.call('files.list', { path: '$workspace' })).toEqual([{ name: 'docs', kind: 'folder' }])
    await expect(read('$workspace/other/a')).rejects.toMatchObject({ code: 'FILE_UNKNOWN' })
    port.roots.length = 0
    expect(await port.call('files.list', { path: '$workspace' })).toEqual([])
    await expect(read('$workspace/docs/a')).rejects.toMatchObject({ code: 'FILE_UNKNOWN' })
  })

  it('leaves no half file behind and keeps the mode of a file it replaces', async () => {
    await open()
    await writeFile(join(given, 'run.sh'), 'old', { mode: 0o750 })
    await write('$workspace/docs/run.sh', 'new')
    expect((await stat(join(given, 'run.sh'))).mode & 0o777).toBe(0o750)
    await mkdir(join(given, 'folder'))
    await expect(write('$workspace/docs/folder', 'x')).rejects.toMatchObject({ code: 'FILE_KIND' })
    expect((await readdir(given)).toSorted()).toEqual(['folder', 'run.sh'])
  })
})

describe('files: grants and quotas [H5] [H9]', () => {
  it('allows what was granted and audits what was not', async () => {
    await open([
      { root: '$data', path: 'cache', access: 'read-write' },
      { root: '$workspace', path: 'docs/public', access: 'read' },
    ])
    await mkdir(join(given, 'public'))
    await writeFile(join(given, 'public', 'a'), 'a')
    await write('$data/cache/a', '1')
    expect(await read('$workspace/docs/public/a')).toBe('a')
    const refused = [
      () => write('$data/a', '1'),
      () => write('$data/cached/a', '1'),
      () => port.call('files.list', { path: '$data' }),
      () => port.call('files.list', { path: '$workspace' }),
      () => read('$workspace/docs/a'),
      () => write('$workspace/docs/public/a', '1'),
      () => port.call('files.remove', { path: '$workspace/docs/public/a' }),
    ]
    for (const attempt of refused) await expect(attempt()).rejects.toMatchObject(denied)
    expect(port.events.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(
      refused.map(() => 'capability.denied denied'),
    )
    const used = port.usage().used.map(({ family, name, verb, uses }) => [family, name, verb, uses])
    expect(used).toEqual([
      ['files', '$data/cache', 'write', 1],
      ['files', '$workspace/docs/public', 'read', 1],
    ])
  })

  it('writes into no root that was given for reading only', async () => {
    await open()
    port.roots.splice(0, 1, { name: 'docs', path: given, access: 'read' })
    await expect(write('$workspace/docs/a', '1')).rejects.toMatchObject(denied)
    expect(await readdir(given)).toEqual([])
  })

  it('holds the quota of `$data` exactly, with what each file and folder weighs', async () => {
    await open(everything, 2048 + 10)
    await write('$data/f/a', '0123456789')
    await expect(write('$data/b', '')).rejects.toMatchObject({
      code: 'FILE_QUOTA',
      details: { limit: 'fileBytes', value: 2058 },
    })
    await expect(write('$data/f/a', '0123456789x')).rejects.toMatchObject({ code: 'FILE_QUOTA' })
    expect(await read('$data/f/a')).toBe('0123456789')
    await write('$data/f/a', '01')
    await port.call('files.remove', { path: '$data/f/a' })
    await write('$data/f/b', '0123456789')
    expect(port.breaches).toMatchObject([{ code: 'FILE_QUOTA', limit: 'fileBytes', value: 2058, requestId: 'r1' }])
    expect(port.events.map(({ action }) => action)).toEqual(['capability.limited'])
    expect(port.usage().byCapability['files.write']).toMatchObject({ calls: 5, limited: 2, denied: 0 })
  })

  it('weighs what a host before this one left, removes its half-written files, and forgets with the installation', async () => {
    await open()
    const files = createPluginFiles({ folder: join(outside, 'all'), roots: async () => [] })
    const folder = join(outside, 'all', 'one')
    expect(await files.usedBytes('one')).toBe(0)
    expect(await readdir(outside)).not.toContain('all')
    const old = createPluginFiles({ folder: join(outside, 'all'), roots: async () => [] })
    const owner = { id: 'one', workspaceId: 'w1' }
    await old.write(owner, { root: '$data', names: ['f', 'a'] }, Buffer.from('0123456789'), () => undefined)
    await writeFile(join(folder, '.nexus-00000000-0000-0000-0000-000000000000.tmp'), 'x'.repeat(5000))
    const next = createPluginFiles({ folder: join(outside, 'all'), roots: async () => [] })
    expect(await next.usedBytes('one')).toBe(2 * 1024 + 10)
    expect(await readdir(folder)).toEqual(['f'])
    await next.forget('one')
    expect(await readdir(join(outside, 'all'))).toEqual([])
    expect(await next.usedBytes('one')).toBe(0)
    await expect(next.usedBytes('../one')).rejects.toThrow('installation id')
  })

  it('never passes the quota, however many write at once', async () => {
    await open(everything, 5 * 1024 + 499)
    const writes = Array.from({ length: 20 }, (_, index) => write(`$data/${index}`, 'x'.repeat(100)))
    const done = (await Promise.allSettled(writes)).filter(({ status }) => status === 'fulfilled')
    expect(done).toHaveLength(4)
    expect(await readdir(join(port.folder, 'files', port.installationId))).toHaveLength(4)
  })
})

describe('files: ways out [H5]', () => {
  it.each([
    '/etc/passwd',
    'notes.txt',
    '$other/a',
    '$data/../../store.db',
    '$data/..',
    '$data/./a',
    '$data//a',
    '$data/a/',
    '$data/a\\..\\b',
    '$data/a\0b',
    '$data/a\nb',
    '$data/\ud800',
    '$DATA/a',
    '$data\u2215a',
    `$data/${'a'.repeat(256)}`,
    `$data${'/a'.repeat(17)}`,
    '$data/.nexus-00000000-0000-0000-0000-000000000000.tmp',
    '$workspace/docs/../secret.txt',
    '$workspace/../../secret.txt',
  ])('refuses the path %j', async (path) => {
    await open()
    for (const name of ['files.read', 'files.write', 'files.list', 'files.stat', 'files.remove']) {
      const more = name === 'files.read' ? { as: 'text' } : name === 'files.write' ? { text: 'x' } : {}
      await expect(port.call(name, { path, ...more })).rejects.toMatchObject(denied)
    }
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret')
  })

  it('follows no link, neither at the end nor on the way, and writes through none', async () => {
    await open()
    await symlink(join(outside, 'secret.txt'), join(given, 'link'))
    await symlink(outside, join(given, 'folder'))
    await symlink(join(outside, 'made.txt'), join(given, 'dangling'))
    for (const path of ['link', 'folder/secret.txt', 'dangling']) {
      await expect(read(`$workspace/docs/${path}`)).rejects.toMatchObject(denied)
      await expect(write(`$workspace/docs/${path}`, 'x')).rejects.toMatchObject(denied)
    }
    await expect(port.call('files.list', { path: '$workspace/docs/folder' })).rejects.toMatchObject(denied)
    await expect(port.call('files.remove', { path: '$workspace/docs/folder/secret.txt' })).rejects.toMatchObject(denied)
    expect(await port.call('files.stat', { path: '$workspace/docs/link' })).toMatchObject({ kind: 'other', bytes: 0 })
    expect(await port.call('files.list', { path: '$workspace/docs' })).toEqual([
      { name: 'dangling', kind: 'other' },
      { name: 'folder', kind: 'other' },
      { name: 'link', kind: 'other' },
    ])
    expect(await port.call('files.remove', { path: '$workspace/docs/link' })).toBe(true)
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret')
    expect((await readdir(outside)).toSorted()).toEqual(['given', 'secret.txt'])
  })

  it('refuses a root that has become a link', async () => {
    await open()
    await rename(given, `${given}-old`)
    await symlink(outside, given)
    await expect(read('$workspace/docs/secret.txt')).rejects.toMatchObject(denied)
    port.roots.splice(0, 1, { name: 'docs', path: join(given, 'given-old'), access: 'read-write' })
    await expect(port.call('files.list', { path: '$workspace/docs' })).rejects.toMatchObject(denied)
  })

  it('opens no pipe, device or socket', async () => {
    await open()
    execFileSync('/usr/bin/mkfifo', [join(given, 'pipe')])
    await expect(read('$workspace/docs/pipe')).rejects.toMatchObject(denied)
    await expect(write('$workspace/docs/pipe', 'x')).rejects.toMatchObject(denied)
    port.roots.push({ name: 'dev', path: '/dev', access: 'read-write' })
    await expect(read('$workspace/dev/zero')).rejects.toMatchObject(denied)
    await expect(write('$workspace/dev/null', 'x')).rejects.toMatchObject(denied)
  })

  it('changes nothing behind a hard link: a write makes a new file', async () => {
    await open()
    await link(join(outside, 'secret.txt'), join(given, 'hard'))
    await write('$workspace/docs/hard', 'x')
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret')
  })

  it('stays inside while somebody swaps folders for links', async () => {
    await open()
    await mkdir(join(given, 'swap'))
    await writeFile(join(given, 'swap', 'secret.txt'), 'mine')
    const stopped = new AbortController()
    const swapper = (async () => {
      while (!stopped.signal.aborted) {
        // A write in the gap may make the folder anew: then a step fails, and the next round goes on.
        await rename(join(given, 'swap'), join(given, 'aside')).catch(() => undefined)
        await symlink(outside, join(given, 'swap')).catch(() => undefined)
        await rm(join(given, 'swap'), { recursive: true, force: true })
        await rename(join(given, 'aside'), join(given, 'swap')).catch(() => undefined)
      }
    })()
    for (let round = 0; round < 150; round += 1) {
      const outcome = await read('$workspace/docs/swap/secret.txt').catch((error: Error) => error)
      if (!(outcome instanceof Error)) expect(outcome).toBe('mine')
      await write('$workspace/docs/swap/made.txt', 'x').catch(() => undefined)
    }
    stopped.abort()
    await swapper
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret')
    expect((await readdir(outside)).toSorted()).toEqual(['given', 'secret.txt'])
  })

  it('keeps installations apart', async () => {
    await open()
    await write('$data/a', 'mine')
    await using other = await openPort({ grants: { files: everything } })
    await expect(other.call('files.read', { path: '$data/a', as: 'text' })).rejects.toMatchObject({
      code: 'FILE_UNKNOWN',
    })
  })
})
