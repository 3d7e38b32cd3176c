import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Sandbox } from '../../runtime/src/sandbox/sandbox.ts'
import { type Arena, bystanderCode, moduleOf, openArena, callTool } from './arena.ts'
import { type HostDelay, listenToHost } from './host-delay.ts'
import { type Servers, createNameServer, openServers } from './servers.ts'

/** What is worth stealing, by name: none of it may be found in anything that an attacker gets. */
export const treasures = {
  environment: 'treasure-env-7f3a91',
  file: 'treasure-file-20c4be',
  secret: 's3cr3t-Value+/with specials',
  neighbour: 'treasure-neighbour-b81d55',
  internal: 'treasure-internal-e09f72',
} as const

const TREASURE_VARIABLE = 'NEXUS_ESCAPE_TREASURE'
// A bystander's own limits are not the question here, and a starved machine makes even its calls long.
const BYSTANDER_LIMITS = { cpuMsPerCall: 5_000, cpuMsPerMinute: 600_000, wallMsPerCall: 30_000, concurrentCalls: 64 }
/** The installation whose storage holds a treasure. */
export const RICH_NEIGHBOUR = 'rich'

/** An arena with servers, treasures, a bystander in a cell of its own, and an ear at the host's event loop. */
export interface World extends AsyncDisposable {
  readonly arena: Arena
  readonly servers: Servers
  readonly delay: HostDelay
  /** A bystander in a cell that no attacker shares; a new one when the last one ended, so that one harm is told once. */
  far(): Promise<Sandbox>
  /** Texts that must not reach an attacker, by what they are. */
  readonly treasures: ReadonlyMap<string, string>
  /** A bystander in the cell of everybody who has this profile name. */
  openBystander(installationId: string, profileName: string): Promise<Sandbox>
}

export async function openWorld(): Promise<World> {
  await using stack = new AsyncDisposableStack()
  const servers = stack.use(await openServers(treasures.internal))
  const folder = await mkdtemp(join(tmpdir(), 'nexus-treasure-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const docs = await layOut(folder)
  const roots = [{ name: 'docs', path: docs, access: 'read-write' as const }]
  const arena = stack.use(await openArena({ resolve: createNameServer(), roots }))
  arena.secrets.set('api-token', treasures.secret)
  process.env[TREASURE_VARIABLE] = treasures.environment
  stack.defer(() => void Reflect.deleteProperty(process.env, TREASURE_VARIABLE))
  const openBystander = (installationId: string, profileName: string): Promise<Sandbox> =>
    arena.open(bystanderCode, { installationId, profileName, limits: BYSTANDER_LIMITS })
  let far = await openBystander('far', 'far')
  await hide(arena)
  const delay = stack.use(listenToHost())
  const owned = stack.move()
  return {
    arena,
    servers,
    delay,
    async far() {
      const ended = await Promise.race([far.exited, Promise.resolve()])
      if (ended !== undefined) far = await openBystander('far', 'far')
      return far
    },
    treasures: new Map([
      ...Object.entries(treasures),
      ['path of the host', resolve(import.meta.dirname, '../..')],
      ['path of the cache', arena.cacheDir],
      ['path of the treasure', folder],
      ['path of node', process.execPath],
    ]),
    openBystander,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** A folder that can be granted, with links that lead out of it, beside a file that cannot. */
async function layOut(folder: string): Promise<string> {
  const docs = join(folder, 'docs')
  await mkdir(docs)
  await writeFile(join(folder, 'treasure.txt'), treasures.file)
  await writeFile(join(docs, 'open.txt'), 'open')
  await symlink('../treasure.txt', join(docs, 'link.txt'))
  await symlink('..', join(docs, 'up'))
  await symlink('/etc', join(docs, 'etc'))
  return docs
}

async function hide(arena: Arena): Promise<void> {
  const code = moduleOf(
    `await context.storage.set('treasure', ${JSON.stringify(treasures.neighbour)}); return 'hidden'`,
  )
  await using rich = await arena.open(code, { installationId: RICH_NEIGHBOUR, profileName: 'far' })
  await callTool(rich)
}
