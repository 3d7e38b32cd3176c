import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of costly key derivations is refused or paid for',
  handler: `
    const all = await Promise.allSettled(Array.from({ length: 200 }, async () => {
      const key = await crypto.subtle.importKey('raw', new Uint8Array(16), 'PBKDF2', false, ['deriveBits'])
      return crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-512', salt: new Uint8Array(16), iterations: 100_000_000 }, key, 512)
    }))
    return String(all.filter((one) => one.status === 'fulfilled').length)
  `,
  limits: { wallMsPerCall: 4_000 },
  gets: '0',
})
