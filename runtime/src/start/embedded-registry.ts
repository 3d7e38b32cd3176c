import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorCode } from '@nexus/plugin-api'
import { type Registry, openRegistry } from '@nexus/registry'
import type { Config } from '../config.ts'
import { serveMirror } from '../install/mirror/index.ts'
import { startError } from './errors.ts'

/** The registry this host uses: its own, in this process, or one elsewhere. */
export interface RegistryPlace extends AsyncDisposable {
  readonly url: string
  /** Only for the embedded registry. */
  readonly adminToken: string | undefined
  /** A mirror's folder, served on this machine only. */
  readonly isMirror: boolean
}

/** Opens the embedded registry, or names the one that is configured. From here on both are spoken to over HTTP. */
export async function openRegistryPlace(config: Config): Promise<RegistryPlace> {
  if (config.registryUrl?.startsWith('file:') === true) {
    const mirror = await serveMirror(fileURLToPath(config.registryUrl))
    const close = () => mirror[Symbol.asyncDispose]()
    return { url: mirror.url, adminToken: undefined, isMirror: true, [Symbol.asyncDispose]: close }
  }
  if (config.registryUrl !== undefined) {
    const nothing = () => Promise.resolve()
    return { url: config.registryUrl, adminToken: undefined, isMirror: false, [Symbol.asyncDispose]: nothing }
  }
  const dataDir = join(config.dataDir, 'registry')
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const adminToken = await readOrCreate(join(config.dataDir, 'keys', 'registry-admin-token'))
  const registry = await openEmbedded(config, dataDir, adminToken)
  return { url: registry.url, adminToken, isMirror: false, [Symbol.asyncDispose]: () => registry.close() }
}

async function openEmbedded(config: Config, dataDir: string, adminToken: string): Promise<Registry> {
  const { host, registryPort: port, registryDatabase: databaseUrl } = config
  try {
    return await openRegistry({ dataDir, databaseUrl, host, port, adminToken })
  } catch (cause) {
    if (errorCode(cause) !== 'EADDRINUSE') throw cause
    throw startError(
      'PORT_IN_USE',
      `Port ${port} on ${host} is in use. Stop the other program, or set NEXUS_REGISTRY_PORT to a free port.`,
      { cause },
    )
  }
}

/** A secret of this installation, made once, readable by its owner only. */
async function readOrCreate(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  try {
    await using file = await open(path, 'wx', 0o600)
    const secret = randomBytes(32).toString('base64url')
    await file.writeFile(secret)
    await file.sync()
    return secret
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    return (await readFile(path, 'utf8')).trim()
  }
}
