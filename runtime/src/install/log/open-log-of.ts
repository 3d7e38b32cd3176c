import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogEntry, LogIdentity, LogPage } from '@nexus/registry/contract'
import { checkLeaf, openCheckpoint, readLogKey } from '@nexus/registry/log'
import { createHttpAgent } from '../http-agent.ts'
import { isMissing } from '../durable-file.ts'
import { createRegistryClient } from '../registry-client.ts'
import type { AuditedLog } from './audit-log.ts'
import { LOG_PAGE } from './limits.ts'
import { parseMemory } from './log-memory.ts'
import { type LogSource, createLogSource } from './log-source.ts'
import { openRegistryLog } from './registry-log.ts'

/** The log of a registry, for somebody who is no host of it. */
export interface OpenedLog extends AuditedLog, AsyncDisposable {
  readonly size: number
  readonly source: LogSource
}

/** Opens the log of the registry at `url`. */
export async function openLogOf(url: string): Promise<OpenedLog> {
  await using stack = new AsyncDisposableStack()
  const registry = stack.use(createRegistryClient(url))
  const agent = createHttpAgent()
  stack.defer(() => agent.destroy())
  const source = createLogSource(url, agent)
  const log = await openRegistryLog(registry, source)
  const closing = stack.move()
  return { ...log, source, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

/** An entry as people read it. */
export interface ShownEntry {
  readonly index: number
  readonly time: string
  readonly kind: LogEntry['kind']
  readonly about: string
  readonly detail: string
}

/** The newest entries, each checked by itself, the newest first. */
export async function newestEntries(log: OpenedLog, limit: number, about?: string): Promise<readonly ShownEntry[]> {
  const key = readLogKey(log.identity.publicKey)
  const shown: ShownEntry[] = []
  for (let end = log.size; end > 0 && shown.length < limit;) {
    const start = Math.max(0, end - LOG_PAGE)
    const { items } = await log.source.entries(start, end - start)
    for (const item of items.toReversed()) {
      const entry = describe(item, checkLeaf(item, key))
      if ((about === undefined || entry.about.includes(about)) && shown.length < limit) shown.push(entry)
    }
    end = start
  }
  return shown
}

function describe(item: LogPage['items'][number], { time, entry }: ReturnType<typeof checkLeaf>): ShownEntry {
  const { index } = item
  const shown = (about: string, detail = '') => ({ index, time, kind: entry.kind, about, detail })
  if ('publisherId' in entry) return shown(entry.publisherId, 'keyId' in entry ? entry.keyId : '')
  if (entry.kind === 'channel.moved') return shown(entry.id, `${entry.channel} → ${entry.version ?? 'gone'}`)
  if (!('version' in entry)) return shown(entry.id, entry.advisoryId)
  return shown(`${entry.id}@${entry.version}`, 'reason' in entry ? entry.reason : entry.bundleDigest.slice(0, 23))
}

/** What the host of this machine remembers of a log; nothing when there is no host, or when it knows another log. */
export async function rememberedTrees(dataDir: string, identity: LogIdentity) {
  try {
    const memory = parseMemory(await readFile(join(dataDir, 'log-checkpoint.json'), 'utf8'))
    const isSame = memory.publicKey !== undefined && readLogKey(memory.publicKey).origin === identity.origin
    return isSame && memory.checkpoint !== undefined
      ? [openCheckpoint(memory.checkpoint, readLogKey(identity.publicKey))]
      : []
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
