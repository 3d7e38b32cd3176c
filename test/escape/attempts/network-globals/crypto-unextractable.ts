import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a key that is not extractable does not come out',
  handler: `
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
    const out = []
    for (const format of ['raw', 'jwk', 'pkcs8']) { try { out.push(JSON.stringify(await crypto.subtle.exportKey(format, key))) } catch {} }
    try { key.extractable = true } catch {}
    try { Object.defineProperty(key, 'extractable', { value: true }) } catch {}
    try { out.push(String((await crypto.subtle.exportKey('raw', key)).byteLength)) } catch {}
    return out.join()
  `,
  gets: '',
})
