import { createHash, createHmac, createPublicKey, sign } from 'node:crypto'
import { HOST_STATEMENT_TYPE } from '@nexus/registry/contract'
import type { HostKey } from './host-key.ts'

/** A statement of this host as a compact JWS (RFC 7515, Ed25519 as in RFC 8037). */
export function signStatement({ publicKey, privateKey }: HostKey, payload: object): string {
  const spki = createPublicKey(publicKey).export({ type: 'spki', format: 'der' })
  const kid = createHash('sha256').update(spki).digest('hex')
  const head = `${encode({ alg: 'EdDSA', kid, typ: HOST_STATEMENT_TYPE })}.${encode(payload)}`
  return `${head}.${sign(null, Buffer.from(head), privateKey).toString('base64url')}`
}

/**
 * Who speaks, without saying who: the same person is the same only at the same plugin of the same workspace, and nobody
 * without this host's salt can find out who it is, or that two of them are one.
 */
export function pseudonymOf(
  { salt }: Pick<HostKey, 'salt'>,
  person: { readonly workspaceId: string; readonly userId: string; readonly pluginId: string },
): string {
  const words = JSON.stringify([person.workspaceId, person.userId, person.pluginId])
  return createHmac('sha256', salt).update(words).digest('base64url')
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
