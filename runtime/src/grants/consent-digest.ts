import { createHash } from 'node:crypto'
import type { Grants } from './grant.ts'

/**
 * Names exactly what a person said yes to: these bytes with these grants. Whether private addresses are allowed is the
 * person's own choice and not part of it.
 */
export function consentDigest(bundleDigest: string, grants: Grants): string {
  const network = grants.network.map(({ host, port, scheme, methods }) => ({ host, port, scheme, methods }))
  return `sha256:${createHash('sha256')
    .update(JSON.stringify([bundleDigest, canonical({ ...grants, network })]))
    .digest('hex')}`
}

/** The same value with members in code-point order, so that equal grants give equal text. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, member]) => [key, canonical(member)]),
  )
}
