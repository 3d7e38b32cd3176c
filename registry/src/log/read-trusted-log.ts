import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import type { LogIdentity } from '../contract/log.ts'
import { readLogKey } from './log-key.ts'

const trustedRoot = z.looseObject({
  tlogs: z.array(z.looseObject({ publicKey: z.looseObject({ rawBytes: z.base64() }) })).length(1),
})

/** The log that a `trusted_root.json` names. */
export function readTrustedLog(text: string): LogIdentity {
  const [log] = trustedRoot.parse(JSON.parse(text)).tlogs
  const der = Buffer.from(log?.publicKey.rawBytes ?? '', 'base64')
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' }).export({ type: 'spki', format: 'pem' })
  return { origin: readLogKey(publicKey).origin, publicKey }
}
