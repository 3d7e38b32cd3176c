import { mkdtemp, rm, writeFile } from 'node:fs/promises'
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
/** The installation whose storage holds a treasure. */
export const RICH_NEIGHBOUR = 'rich'

/** An arena with servers, treasures, a bystander in a cell of its own, and an ear at the host's event loop. */
export interface World extends AsyncDisposable {
  readonly arena: Arena
  readonly servers: Servers
  readonly delay: HostDelay
  /** A bystander in a cell that no attacker shares. */
  readonly far: Sandbox
  /** Texts that must not reach an attacker, by what they are. */
  readonly treasures: ReadonlyMap<string, string>
  /** A bystander in the cell of everybody who has this profile name. */
  openBystander(installationId: string, profileName: string): Promise<Sandbox>
}

export async function openWorld(): Promise<World> {
  await using stack = new AsyncDisposableStack()
  const servers = stack.use(await openServers(treasures.internal))
  const arena = stack.use(await openArena({ resolve: createNameServer() }))
  arena.secrets.set('api-token', treasures.secret)
  process.env[TREASURE_VARIABLE] = treasures.environment
  stack.defer(() => void Reflect.deleteProperty(process.env, TREASURE_VARIABLE))
  const folder = await mkdtemp(join(tmpdir(), 'nexus-treasure-'))
  stack.defer(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'treasure.txt'), treasures.file)
  const openBystander = (installationId: string, profileName: string): Promise<Sandbox> =>
    arena.open(bystanderCode, { installationId, profileName, limits: { cpuMsPerMinute: 600_000, concurrentCalls: 64 } })
  const far = await openBystander('far', 'far')
  await hide(arena)
  const delay = stack.use(listenToHost())
  const owned = stack.move()
  return {
    arena,
    servers,
    delay,
    far,
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

async function hide(arena: Arena): Promise<void> {
  const code = moduleOf(
    `await context.storage.set('treasure', ${JSON.stringify(treasures.neighbour)}); return 'hidden'`,
  )
  await using rich = await arena.open(code, { installationId: RICH_NEIGHBOUR, profileName: 'far' })
  await callTool(rich)
}
