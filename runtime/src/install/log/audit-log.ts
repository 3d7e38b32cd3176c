import type { LogIdentity, LogPage } from '@nexus/registry/contract'
import {
  type CheckpointKey,
  type LogTree,
  checkLeaf,
  createLogTree,
  hashLeaf,
  openCheckpoint,
  readLogKey,
} from '@nexus/registry/log'
import { hostLogError } from './errors.ts'

/** A release that a registry offers. */
export interface CatalogueRelease {
  readonly id: string
  readonly version: string
  readonly bundleDigest: string
}

/** A log to audit: from a registry, or from an export without a network. */
export interface AuditedLog {
  readonly identity: LogIdentity
  readonly checkpoint: string
  readonly entries: AsyncIterable<LogPage['items'][number]>
  readonly catalogue: AsyncIterable<CatalogueRelease>
}

/** What an audit found. Anything that does not hold is thrown, naming the entry. */
export interface AuditReport {
  readonly origin: string
  readonly size: number
  /** In hex. */
  readonly root: string
  readonly checkpoints: number
  /** Releases of the catalogue, each with an entry of its own that names its bytes. */
  readonly releases: number
}

/**
 * Audits a whole log: computes the tree anew from its leaves, compares it with every checkpoint that was ever signed,
 * checks every statement, and that each release of the catalogue is in it with the bytes it offers. `known` are trees
 * that somebody remembers: the log must begin with them.
 */
export async function auditLog(
  log: AuditedLog,
  known: readonly { readonly size: number; readonly root: Buffer }[] = [],
): Promise<AuditReport> {
  const key = readLogKey(log.identity.publicKey)
  const tree = createLogTree()
  const published = new Map<string, string>()
  for await (const item of log.entries) {
    if (item.index !== tree.size) throw broken(`entry ${tree.size}`, `entry ${item.index}`)
    const { entry } = checkLeaf(item, key)
    tree.add(hashLeaf(item.body))
    compare(tree, item.checkpoint, key)
    for (const { size, root } of known) {
      if (size === tree.size && !root.equals(tree.root()))
        throw broken(`the first ${size} entries as remembered`, 'others')
    }
    if (entry.kind === 'release.published') published.set(`${entry.id}@${entry.version}`, entry.bundleDigest)
  }
  compare(tree, log.checkpoint, key)
  const longest = Math.max(0, ...known.map(({ size }) => size))
  if (longest > tree.size) throw broken(`at least ${longest} entries, as remembered`, String(tree.size))
  const releases = await compareCatalogue(log.catalogue, published)
  return {
    origin: key.origin,
    size: tree.size,
    root: tree.root().toString('hex'),
    checkpoints: tree.size + 1,
    releases,
  }
}

function compare(tree: LogTree, note: string, key: CheckpointKey): void {
  const { size, root } = openCheckpoint(note, key)
  if (size !== tree.size) throw broken(`a checkpoint of ${tree.size} entries`, `one of ${size}`)
  if (!root.equals(tree.root())) throw broken(`the root of ${size} entries that the log signed`, 'another')
}

async function compareCatalogue(
  catalogue: AuditedLog['catalogue'],
  published: ReadonlyMap<string, string>,
): Promise<number> {
  let releases = 0
  for await (const { id, version, bundleDigest } of catalogue) {
    const logged = published.get(`${id}@${version}`)
    if (logged !== bundleDigest) throw broken(`${id}@${version} in the log as ${bundleDigest}`, logged ?? 'no entry')
    releases += 1
  }
  return releases
}

function broken(expected: string, found: string) {
  return hostLogError('LOG_AUDIT_FAILED', `Expected ${expected}, found ${found}.`, {
    details: { layer: 'log', expected, found },
  })
}
