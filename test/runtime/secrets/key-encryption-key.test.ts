import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadKeyEncryptionKey } from '../../../runtime/src/secrets/key-encryption-key.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nexus-keys-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const path = () => join(dataDir, 'keys', 'kek')

describe('key-encryption key [I6]', () => {
  it('is made at the first start, for the owner only, and found at the next', async () => {
    const key = await loadKeyEncryptionKey({ dataDir })
    expect(key).toHaveLength(32)
    expect((await stat(path())).mode & 0o777).toBe(0o600)
    expect((await stat(join(dataDir, 'keys'))).mode & 0o777).toBe(0o700)
    expect(await loadKeyEncryptionKey({ dataDir })).toEqual(key)
    expect(await readFile(path(), 'utf8')).toBe(`${key.toString('base64')}\n`)
  })

  it('is one key when several processes start at once, and leaves no drafts', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadKeyEncryptionKey({ dataDir })))
    for (const key of keys) expect(key).toEqual(keys[0])
    expect(await readdir(join(dataDir, 'keys'))).toEqual(['kek'])
  })

  it('comes from the environment when given there', async () => {
    const base64 = Buffer.alloc(32, 7).toString('base64')
    expect(await loadKeyEncryptionKey({ base64, dataDir })).toEqual(Buffer.alloc(32, 7))
    expect(await readdir(dataDir)).toEqual([])
  })

  it('is refused when others may read the file', async () => {
    await loadKeyEncryptionKey({ dataDir })
    await chmod(path(), 0o640)
    await expect(loadKeyEncryptionKey({ dataDir })).rejects.toMatchObject({ code: 'SECRETS_KEY_EXPOSED' })
  })

  it.each(['', 'short', Buffer.alloc(31).toString('base64'), `${'!'.repeat(43)}=`])(
    'is refused when it is %j, without repeating it',
    async (text) => {
      const error: unknown = await loadKeyEncryptionKey({ base64: text, dataDir }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'SECRETS_KEY_INVALID' })
      if (text !== '') expect(String(error)).not.toContain(text)
    },
  )

  it('is not replaced when the file is damaged', async () => {
    await mkdir(join(dataDir, 'keys'))
    await writeFile(path(), 'half a k', { mode: 0o600 })
    await expect(loadKeyEncryptionKey({ dataDir })).rejects.toMatchObject({ code: 'SECRETS_KEY_INVALID' })
    expect(await readFile(path(), 'utf8')).toBe('half a k')
  })

  it('says what is wrong when the folder cannot be written', async () => {
    await writeFile(join(dataDir, 'keys'), 'a file where the folder should be')
    await expect(loadKeyEncryptionKey({ dataDir })).rejects.toMatchObject({
      code: 'SECRETS_KEY_INVALID',
      message: expect.stringContaining(dataDir),
    })
  })
})
