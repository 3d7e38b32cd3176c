import type { SandboxSpec } from '../sandbox.ts'
import type { CellEnd, CellProcess } from './cell-process.ts'
import type { IsolateSandbox } from './isolate-sandbox.ts'
import { BREACH_SHADOW_MS, DOUBT_MS, SANDBOXES_PER_CELL, TENANCIES_PER_CELL } from './limits.ts'

/** A cell of the pool and who lives in it. */
export interface Cell {
  /** Who may live here, see `groupOf`; a spare cell gets its group when somebody moves in. */
  group: string
  readonly ready: Promise<CellProcess>
  readonly sandboxes: Map<number, IsolateSandbox>
  pid: number | undefined
  /** Sandboxes that ever moved in. */
  tenancies: number
  /** Sandboxes that are about to move in. */
  reserved: number
  ended: boolean
  /** When a sandbox of this cell last ended by a breach; its thread may go on doing harm. */
  breachedAt: number
  linger: NodeJS.Timeout | undefined
}

/**
 * Who may share a cell: sandboxes of one workspace and profile. Whoever holds secrets in plain text, signs people in,
 * or did harm before, lives alone.
 */
export function groupOf(spec: SandboxSpec, offenders: ReadonlySet<string>): string {
  const { manifest } = spec
  const secrets = [...(manifest.permissions.secrets ?? []), ...(manifest.optionalPermissions.secrets ?? [])]
  const holdsSecrets = secrets.some((secret) => secret.access === 'read')
  const isAlone = manifest.kind === 'auth-provider' || holdsSecrets || offenders.has(spec.installationId)
  return isAlone ? `alone ${spec.installationId}` : `shared ${spec.workspaceId} ${spec.profile.name}`
}

/** True when another sandbox may move in. */
export function hasRoom(cell: Cell, now: number): boolean {
  if (cell.ended || now - cell.breachedAt <= DOUBT_MS || cell.tenancies >= TENANCIES_PER_CELL) return false
  return cell.sandboxes.size + cell.reserved < SANDBOXES_PER_CELL
}

/** Remembers that a sandbox ended in a way that may leave harm behind. */
export function noteBreach(cell: Cell, code: string, now: number): void {
  // The allocator keeps what a memory bomb took: such a cell is used up, whoever stays in it.
  if (code === 'SANDBOX_MEMORY') cell.breachedAt = Number.POSITIVE_INFINITY
  else if (code === 'SANDBOX_CPU' || code === 'SANDBOX_START_TIMEOUT') cell.breachedAt = Math.max(cell.breachedAt, now)
}

/** Heap limits of all who live here, MiB. */
export function heapMegabytes(sandboxes: ReadonlyMap<number, IsolateSandbox>): number {
  let total = 0
  for (const isolate of sandboxes.values()) total += isolate.spec.limits.memoryMb
  return total
}

/** Those whose code may have killed the cell: who was running when last heard, else who had calls in flight. */
function suspectsOf(cell: Cell): readonly IsolateSandbox[] {
  // Whoever did it has been ended already; those who are still here only shared a cell with it.
  if (performance.now() - cell.breachedAt < BREACH_SHADOW_MS) return []
  const busy = [...cell.sandboxes.values()].filter((isolate) => isolate.isBusy())
  const running = busy.filter((isolate) => isolate.wasRunning())
  return running.length > 0 ? running : busy
}

/** What is said of a cell's end. */
export const endTexts: Readonly<Record<CellEnd, string>> = {
  closed: 'The host is stopping.',
  crashed: 'The process that runs this plugin died.',
  memory: 'The process that runs this plugin used more memory than its sandboxes may.',
  silent: 'The process that runs this plugin stopped answering.',
  stuck: 'The process that runs this plugin held code that could not be stopped.',
  protocol: 'The process that runs this plugin broke the channel protocol.',
}

/** Tells all who lived in a dead cell, and adds those who may have killed it to the offenders. */
export function settleEndedCell(cell: Cell, why: CellEnd, offenders: Set<string>): void {
  const suspects = why === 'closed' ? [] : suspectsOf(cell)
  for (const suspect of suspects) offenders.add(suspect.spec.installationId)
  // Only a single suspect that was seen running is surely the one: several are all tried alone next time.
  const [only] = suspects
  const guilty = suspects.length === 1 && only?.wasRunning() === true ? only : undefined
  for (const isolate of cell.sandboxes.values()) {
    const { memoryMb } = isolate.spec.limits
    if (why === 'closed') isolate.end({ code: 'SANDBOX_CLOSED', message: endTexts.closed })
    else if (isolate === guilty && why === 'memory') {
      const message = `${endTexts.memory} Expected about ${memoryMb} MiB (memoryMb).`
      isolate.end({ code: 'SANDBOX_MEMORY', message, limit: 'memoryMb', value: memoryMb })
    } else isolate.end({ code: 'SANDBOX_CRASHED', message: endTexts[why] })
  }
  cell.sandboxes.clear()
}
