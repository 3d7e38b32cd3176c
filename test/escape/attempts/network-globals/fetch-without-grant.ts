import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the global fetch goes nowhere that is not granted',
  handler: (place) => `
    const out = []
    for (const url of ['http://127.0.0.1:${place.internal}/', 'http://localhost:${place.internal}/', 'http://169.254.169.254/', 'http://api.example.com:${place.granted}/${place.attacker}/', 'file:///etc/passwd', 'data:text/plain,x', 'blob:x']) {
      try { const r = await fetch(url); out.push('GOT ' + url + ' ' + (await r.text())) } catch (error) { if (!(error instanceof Error)) out.push('odd') }
    }
    return out.join()
  `,
  gets: '',
  check: ({ hits }) => assert.equal(hits.length, 0),
})
