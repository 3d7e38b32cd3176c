import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type NamespaceProof, type ProofMethod, type VerifiedDomain, proofMethod } from '../contract/namespaces.ts'
import { appendToLog } from '../log/append-to-log.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isOneOf } from '../store/query.ts'
import { type NamespaceProofRow, namespaceProofs } from '../store/rows/namespace-rows.ts'
import { publisherError } from './errors.ts'

const claim = z.object({ publisher: z.string(), challenge: z.string() })
/** One publisher, or several of one domain. */
const wellKnown = z.union([claim, z.array(claim).max(100)])

/** Begins a proof: gives what the domain must show. Another domain takes the place of the one before. */
export async function beginProof(store: RegistryStore, publisherId: string, domain: string): Promise<NamespaceProof> {
  const rows = store.database.getRepository(namespaceProofs)
  const before = await rows.findOneBy({ publisherId })
  if (before?.domain === domain) return toNamespaceProof(store, before)
  const row: NamespaceProofRow = {
    publisherId,
    domain,
    challenge: randomBytes(24).toString('base64url'),
    method: null,
    createdAt: new Date().toISOString(),
    provenAt: null,
    checkedAt: null,
    failingSince: null,
  }
  await rows.upsert(row, ['publisherId'])
  return toNamespaceProof(store, row)
}

/** Looks whether the domain shows the challenge. Fails with `NAMESPACE_NOT_PROVEN` when neither place does. */
export async function checkProof(store: RegistryStore, publisherId: string): Promise<NamespaceProof> {
  const row = await findProof(store, publisherId)
  const checkedAt = new Date().toISOString()
  const method = await lookForProof(store, row)
  if (method === undefined) {
    await store.database.getRepository(namespaceProofs).update({ publisherId }, { checkedAt })
    const { dns, wellKnown: file } = toNamespaceProof(store, row)
    throw publisherError(
      'NAMESPACE_NOT_PROVEN',
      `Expected ${row.domain} to show the challenge, found it neither in DNS nor at its well-known address. DNS may need minutes; then check again.`,
      { details: { dns, wellKnown: file } },
    )
  }
  await keepProven(store, row, method, checkedAt)
  return getProof(store, publisherId)
}

export async function getProof(store: RegistryStore, publisherId: string): Promise<NamespaceProof> {
  return toNamespaceProof(store, await findProof(store, publisherId))
}

/** Forgets a proof: the publisher is no longer shown as verified. */
export async function removeProof(store: RegistryStore, publisherId: string): Promise<void> {
  await store.database.getRepository(namespaceProofs).delete({ publisherId })
}

/** Which of the publishers are verified, by publisher. */
export async function verifiedDomains(
  store: RegistryStore,
  publisherIds: readonly string[],
): Promise<ReadonlyMap<string, VerifiedDomain>> {
  if (publisherIds.length === 0) return new Map()
  const rows = await store.database
    .getRepository(namespaceProofs)
    .findBy(
      publisherIds.length === 1 ? { publisherId: publisherIds[0] ?? '' } : { publisherId: isOneOf([...publisherIds]) },
    )
  return new Map(
    rows.flatMap((row) => {
      const verified = toVerified(row)
      return verified === undefined ? [] : [[row.publisherId, verified] as const]
    }),
  )
}

/** In which of the two places the domain shows the challenge. */
export async function lookForProof(store: RegistryStore, row: NamespaceProofRow): Promise<ProofMethod | undefined> {
  const { dns, wellKnown: file } = toNamespaceProof(store, row)
  const { outside } = store.accounts
  if ((await outside.txt(dns.name)).includes(dns.value)) return 'dns'
  try {
    const claims = [wellKnown.parse(await outside.json(file.url))].flat()
    const shown = claims.some(
      ({ publisher, challenge }) => publisher === row.publisherId && challenge === row.challenge,
    )
    return shown ? 'well-known' : undefined
  } catch {
    // Whatever the domain answers instead is no proof; the refusal names both places.
    return undefined
  }
}

export async function keepProven(
  store: RegistryStore,
  row: NamespaceProofRow,
  method: ProofMethod,
  checkedAt: string,
): Promise<void> {
  const { publisherId, domain } = row
  await store.database.transaction(async (manager) => {
    const change = { method, checkedAt, provenAt: row.provenAt ?? checkedAt, failingSince: null }
    // Only the domain that was looked at: another may have taken its place meanwhile.
    const { affected } = await manager.update(namespaceProofs, { publisherId, domain }, change)
    if (affected === 1 && row.provenAt === null) {
      await appendToLog(manager, { kind: 'namespace.proven', publisherId, method })
    }
  })
}

async function findProof(store: RegistryStore, publisherId: string): Promise<NamespaceProofRow> {
  const row = await store.database.getRepository(namespaceProofs).findOneBy({ publisherId })
  if (row !== null) return row
  throw publisherError(
    'NAMESPACE_PROOF_NOT_FOUND',
    `Expected ${publisherId} to have begun a proof, found none. Name a domain first.`,
  )
}

function toVerified({ domain, method, provenAt }: NamespaceProofRow): VerifiedDomain | undefined {
  return provenAt === null || method === null ? undefined : { domain, method: proofMethod.parse(method), provenAt }
}

function toNamespaceProof(store: RegistryStore, row: NamespaceProofRow): NamespaceProof {
  const { publisherId, domain, challenge, checkedAt, failingSince } = row
  const verified = toVerified(row)
  return {
    domain,
    challenge,
    dns: { name: `_nexus-publisher.${domain}`, value: `nexus-publisher=${publisherId} ${challenge}` },
    wellKnown: {
      url: `${store.accounts.outside.originOf(domain)}/.well-known/nexus-publisher.json`,
      document: { publisher: publisherId, challenge },
    },
    ...(verified === undefined ? {} : { verified }),
    ...(checkedAt === null ? {} : { checkedAt }),
    ...(failingSince === null ? {} : { failingSince }),
  }
}
