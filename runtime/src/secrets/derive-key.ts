import { hkdfSync } from 'node:crypto'
import { KEY_BYTES } from './limits.ts'

/** A key for one other purpose: the same on every node that has the same key-encryption key, and no way back to it. */
export function deriveKey(keyEncryptionKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', keyEncryptionKey, Buffer.alloc(0), `nexus ${purpose}`, KEY_BYTES))
}
