import { hash } from 'node:crypto'
import { secretsError } from './errors.ts'
import type { KeyWrapper } from './key-wrapper.ts'
import { seal, unseal } from './seal.ts'

/** Wraps with a key-encryption key that this process holds. */
export function createLocalKeyWrapper(keyEncryptionKey: Buffer): KeyWrapper {
  const keyId = `local:${hash('sha256', Buffer.concat([Buffer.from('nexus key id'), keyEncryptionKey]), 'hex').slice(0, 16)}`
  return {
    keyId,
    async wrap(workspaceId, dataKey) {
      return seal(keyEncryptionKey, dataKey, contextOf(workspaceId))
    },
    async unwrap(workspaceId, wrapped) {
      const dataKey = unseal(keyEncryptionKey, wrapped, contextOf(workspaceId))
      if (dataKey !== undefined) return dataKey
      throw secretsError(
        'SECRETS_WRONG_KEY',
        `Expected a data key wrapped with ${keyId} for its workspace, found one that does not open. Restore the key that the secrets were written with.`,
        { details: { keyId } },
      )
    },
  }
}

function contextOf(workspaceId: string): string {
  return `data-key/${workspaceId}`
}
