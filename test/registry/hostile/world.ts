import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { digestBundle, digestFile } from '@nexus/registry/bundle'
import type { SignatureBundle } from '@nexus/registry/contract'
import { signRelease } from '@nexus/registry/signing'
import { expect } from 'vitest'
import type { openTestRegistry } from '../http/open-test-registry.ts'

export type Registry = Awaited<ReturnType<typeof openTestRegistry>>

/** A file that several hostile paths would write. */
const CANARY = '/tmp/nexus-canary-evil'

/** A valid signature over these very bytes: only what is in them can be refused. */
export async function signBytes(registry: Registry, bytes: Uint8Array, version: string): Promise<SignatureBundle> {
  const none = digestFile('')
  const claim = {
    id: 'acme/weather',
    version,
    bundleDigest: digestBundle(bytes),
    manifestDigest: none,
    toolsDigest: none,
  }
  return await signRelease(claim, registry.key)
}

/** Every file of a data folder but the database's, which changes by itself. */
export async function filesOf(dataDir: string): Promise<readonly string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !/\.(?:sqlite|db)(?:-(?:wal|shm|journal))?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

/** What must hold after every refusal: no file, no row, no canary. */
export async function expectNothingLeft(registry: Registry, before: readonly string[], version: string): Promise<void> {
  expect(await filesOf(registry.dataDir)).toEqual(before)
  expect(existsSync(CANARY)).toBe(false)
  const { status } = await registry.send('GET', `/api/v1/plugins/acme/weather/versions/${version}`)
  expect(status).toBe(404)
}

/** The registry's own key, as an attacker with its disk has it. */
export async function registryKeyOf(
  registry: Registry,
): Promise<{ keyId: string; publicKey: string; privateKey: string }> {
  return JSON.parse(await readFile(join(registry.dataDir, 'registry-key.json'), 'utf8'))
}
