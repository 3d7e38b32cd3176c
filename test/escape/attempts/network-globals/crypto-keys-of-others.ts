import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a key of a neighbour cannot be guessed or forged',
  handler: `
    const out = []
    for (const key of [{ id: 1 }, { id: 0, type: 'secret' }, Object.create(CryptoKey?.prototype ?? null), 1, 'key-1']) { try { await crypto.subtle.exportKey('raw', key); out.push('GOT') } catch {} try { await crypto.subtle.sign('HMAC', key, new Uint8Array(1)); out.push('GOT') } catch {} }
    return out.join()
  `,
  gets: '',
})
