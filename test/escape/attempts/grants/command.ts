import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a process that was not granted is not started, however it is written',
  manifest: {
    kind: 'mcp-adapter',
    contributes: {
      upstreams: [{ name: 'x', transport: 'stdio', title: 'X' }],
      tools: [{ name: 'attack', description: 'Attacks.', inputSchema: { type: 'object' } }],
    },
  },
  handler: `
    const out = []
    for (const spec of [{ command: 'id' }, { command: '/usr/bin/allowed' }, { command: 'allowed; id' }, { command: 'allowed ' }, { command: '../allowed' }, { package: 'allowed' }, { command: 'allowed', package: 'x' }]) {
      try { await context.upstreams.stdio('x', spec); out.push('GOT ' + JSON.stringify(spec)) } catch (error) { out.push(error.code) }
    }
    return [...new Set(out)].toSorted().join()
  `,
  grants: { processes: [{ command: 'allowed', readable: [], writable: [] }] },
  gets: 'CAPABILITY_ARGUMENT,PERMISSION_DENIED',
})
