import type { RegistryStore } from '../store/open-store.ts'
import { isBelow, isNot, isNull } from '../store/query.ts'
import { type NamespaceProofRow, namespaceProofs } from '../store/rows/namespace-rows.ts'
import { PROOFS_PER_ROUND, PROOF_GRACE_MS, PROOF_RECHECK_MS, PROOF_ROUND_MS } from './limits.ts'
import { keepProven, lookForProof } from './namespace-proof.ts'

/** Looks at every proof that is due again; one that its domain has not shown for a week ends. */
export async function recheckProofs(store: RegistryStore, now = Date.now()): Promise<void> {
  const due = await store.database.getRepository(namespaceProofs).find({
    where: { provenAt: isNot(isNull()), checkedAt: isBelow(new Date(now - PROOF_RECHECK_MS).toISOString()) },
    order: { checkedAt: 'ASC' },
    take: PROOFS_PER_ROUND,
  })
  for (const row of due) await recheck(store, row, now)
}

async function recheck(store: RegistryStore, row: NamespaceProofRow, now: number): Promise<void> {
  const checkedAt = new Date(now).toISOString()
  const method = await lookForProof(store, row)
  if (method !== undefined) return keepProven(store, row, method, checkedAt)
  const failingSince = row.failingSince ?? checkedAt
  const ended = Date.parse(failingSince) + PROOF_GRACE_MS <= now
  const { publisherId, domain } = row
  await store.database
    .getRepository(namespaceProofs)
    .update({ publisherId, domain }, { checkedAt, failingSince, ...(ended ? { provenAt: null, method: null } : {}) })
  store.accounts.report(ended ? 'namespace.lapsed' : 'namespace.failing', { publisher: publisherId, domain })
}

/** Looks once an hour which proofs are due. Closing waits for the round that runs. */
export function openProofChecker(store: RegistryStore): AsyncDisposable {
  let running: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(async () => {
      try {
        await recheckProofs(store)
      } catch (error) {
        store.accounts.report('namespace.check-failed', { reason: error instanceof Error ? error.message : 'unknown' })
      }
    })
  }, PROOF_ROUND_MS)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await running
    },
  }
}
