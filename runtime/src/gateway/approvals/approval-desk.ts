import type { AuditTrail } from '../../audit/audit.ts'
import type { Principal } from '../../identity/principal.ts'
import type { ApprovalRow } from '../../store/approval.ts'
import type { Store } from '../../store/store.ts'
import { approvalError } from './errors.ts'
import {
  DECIDED_SHOWN,
  DENIAL_STANDS_MS,
  LOOK_MS,
  MAX_NOTE,
  MAX_PENDING,
  MAX_PENDING_PER_PRINCIPAL,
  ROUNDS_MS,
  SWEEP_MS,
} from './limits.ts'
import { concerns, mayDecide } from './may-decide.ts'
import { recordApproval } from './record-approval.ts'
import { Waiters } from './waiters.ts'

export interface ApprovalDeskOptions {
  readonly rows: Store['approvals']
  readonly audit: Pick<AuditTrail, 'record'>
  /** Default the clock of the machine. */
  readonly clock?: (() => Date) | undefined
}

export interface Decision {
  readonly verdict: 'approve' | 'deny'
  readonly note?: string | undefined
}

/** The calls that wait for a person: opened by the gate, decided by people, used once. */
export class ApprovalDesk implements Disposable {
  readonly #rows: Store['approvals']
  readonly #audit: Pick<AuditTrail, 'record'>
  readonly #clock: () => Date
  readonly #waiters = new Waiters()
  readonly #listeners = new Set<(workspaceId: string) => void>()
  readonly #sweeper: NodeJS.Timeout

  constructor({ rows, audit, clock = () => new Date() }: ApprovalDeskOptions) {
    this.#rows = rows
    this.#audit = audit
    this.#clock = clock
    // The next sweep finds what this one could not.
    this.#sweeper = setInterval(() => void this.sweep().catch(() => undefined), SWEEP_MS)
    this.#sweeper.unref()
  }

  now(): Date {
    return this.#clock()
  }

  /** The approval that this call belongs to: the one of an identical call, or a new one. */
  async open(row: ApprovalRow): Promise<ApprovalRow> {
    const found = row.openKey === undefined ? undefined : await this.#rows.ofKey(row.openKey)
    if (found !== undefined && found.expiresAt > this.now()) return found
    if (found !== undefined) await this.sweep()
    await this.#requireRoom(row)
    const open = await this.#rows.open(row)
    if (open.id === row.id) {
      recordApproval(this.#audit, row, 'approval.requested', { actor: row.principalId, requestId: row.requestId })
      this.#changed(row)
    }
    return open
  }

  async find(id: string): Promise<ApprovalRow | undefined> {
    const row = await this.#rows.get(id)
    return row === undefined || row.expiresAt <= this.now() ? undefined : row
  }

  /** What the principal may decide or has asked for: what waits, oldest first, then what was decided, latest first. */
  async list(principal: Principal): Promise<readonly ApprovalRow[]> {
    const { workspaceId } = principal
    const [pending, decided] = await Promise.all([
      this.#rows.pending(workspaceId),
      this.#rows.decided(workspaceId, DECIDED_SHOWN),
    ])
    const now = this.now()
    return [...pending, ...decided].filter((row) => row.expiresAt > now && concerns(row, principal))
  }

  /** One of these. */
  async get(principal: Principal, id: string): Promise<ApprovalRow | undefined> {
    const row = await this.find(id)
    return row?.workspaceId === principal.workspaceId && concerns(row, principal) ? row : undefined
  }

  /** How many calls wait for this principal. */
  async waitingFor(principal: Principal): Promise<number> {
    const now = this.now()
    const pending = await this.#rows.pending(principal.workspaceId)
    return pending.filter((row) => row.expiresAt > now && mayDecide(row, principal)).length
  }

  /** Decides in the name of a person. Of several who decide at once, one does. */
  async decide(principal: Principal, id: string, decision: Decision, requestId: string): Promise<ApprovalRow> {
    const row = await this.get(principal, id)
    if (row === undefined) {
      const problem = 'Expected an approval that waits for you, found none of that id. It may have expired.'
      throw approvalError('APPROVAL_UNKNOWN', problem)
    }
    if (!mayDecide(row, principal)) {
      const problem =
        'Expected another person to decide, found the one who asks. The rule lets nobody approve their own call.'
      throw approvalError('APPROVAL_FORBIDDEN', problem)
    }
    const now = this.now()
    const approved = decision.verdict === 'approve'
    const note = decision.note?.trim().slice(0, MAX_NOTE)
    const lifeMs = approved ? row.terms.expiresSeconds * 1_000 : DENIAL_STANDS_MS
    const written = await this.#rows.decide(id, {
      state: approved ? 'approved' : 'denied',
      now,
      expiresAt: new Date(now.getTime() + lifeMs),
      decidedBy: principal.id,
      decidedByName: principal.displayName,
      note: note === '' ? undefined : note,
    })
    const decided = await this.#rows.get(id)
    if (!written || decided === undefined) {
      throw approvalError(
        'APPROVAL_DECIDED',
        'Expected an approval that is open, found it decided already. Look again.',
      )
    }
    recordApproval(this.#audit, decided, approved ? 'approval.granted' : 'approval.denied', {
      actor: principal.id,
      requestId,
      details: { requestedIn: row.requestId, ...(decided.note === undefined ? {} : { note: decided.note }) },
    })
    this.#changed(decided)
    return decided
  }

  /** Takes an approval for its one run. */
  async use(row: ApprovalRow, requestId: string): Promise<boolean> {
    const now = this.now()
    const used = await this.#rows.consume(row.id, now, new Date(now.getTime() + ROUNDS_MS))
    if (!used) return false
    const details = { requestedIn: row.requestId, by: row.decidedBy ?? '' }
    recordApproval(this.#audit, row, 'approval.used', { actor: row.principalId, requestId, details })
    this.#changed(row)
    return true
  }

  /** Takes the next round of a call that ran. */
  advance(id: string, round: number): Promise<boolean> {
    return this.#rows.advance(id, round)
  }

  /** Waits until the approval is decided or gone, at most `ms`; answers how it stands then. Rejects when aborted. */
  async settled(id: string, ms: number, signal: AbortSignal): Promise<ApprovalRow | undefined> {
    const ends = performance.now() + ms
    for (;;) {
      // Looked for before the store is: a decision in between is not missed.
      using waiter = this.#waiters.wait(id, signal)
      const row = await this.find(id)
      signal.throwIfAborted()
      const left = ends - performance.now()
      if (row?.state !== 'pending' || left <= 0) return row
      await waiter.next(Math.min(left, LOOK_MS))
      signal.throwIfAborted()
    }
  }

  /** Calls back when what waits in a workspace may have changed on this node. */
  onChange(listener: (workspaceId: string) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  /** Forgets what has expired. */
  async sweep(): Promise<void> {
    for (const row of await this.#rows.takeExpired(this.now())) {
      if (row.state === 'pending' || row.state === 'approved') {
        const details = { state: row.state }
        recordApproval(this.#audit, row, 'approval.expired', { actor: 'system', requestId: row.requestId, details })
      }
      this.#changed(row)
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sweeper)
  }

  async #requireRoom({ workspaceId, principalId }: ApprovalRow): Promise<void> {
    const now = this.now()
    const pending = (await this.#rows.pending(workspaceId)).filter((row) => row.expiresAt > now)
    const own = pending.filter((row) => row.principalId === principalId).length
    if (pending.length < MAX_PENDING && own < MAX_PENDING_PER_PRINCIPAL) return
    const problem = `Expected at most ${MAX_PENDING_PER_PRINCIPAL} calls of one caller and ${MAX_PENDING} of a workspace to wait for approval, found ${own} and ${pending.length}. Have some decided first.`
    throw approvalError('APPROVAL_LIMIT', problem)
  }

  #changed({ id, workspaceId }: ApprovalRow): void {
    this.#waiters.wake(id)
    for (const listener of this.#listeners) listener(workspaceId)
  }
}
