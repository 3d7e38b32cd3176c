import type { ProjectAnswers } from './answers.ts'

/** `test/plugin.test.ts` of a new project. */
export function testText(answers: ProjectAnswers): string {
  const head = `import { assert, openPlugin, test } from '@nexus/plugin-api/testing'\n`
  if (answers.kind === 'policy-pack') return `${head}${POLICY}`
  if (answers.kind === 'mcp-adapter') return `${head}${adapter(answers)}`
  return `${head}${greet(answers)}${answers.hosts.length === 0 ? '' : lookUp(answers)}`
}

function greet(answers: ProjectAnswers): string {
  return `
test('greets by name', async () => {
  const plugin = await openPlugin(${worldOf(answers)})
  const { text } = await plugin.call('greet', { name: 'Ada' })
  assert.equal(text, 'Hello, Ada!')
})
`
}

function lookUp(answers: ProjectAnswers): string {
  const [host = ''] = answers.hosts
  const world = `{${answers.apiKey ? `\n    secrets: { apiKey: 'a key for tests' },` : ''}
    network: ({ url }) => ({ body: \`You asked for \${url}\` }),
  }`
  return `
test('reads the service, and nothing else', async () => {
  // Without \`network\`, tests are answered from what \`nexus test --record\` wrote down.
  const plugin = await openPlugin(${world})
  const { text } = await plugin.call('look_up', { path: '/status' })
  assert.equal(text, 'You asked for https://${host}/status')
  await assert.rejects(plugin.call('look_up', { path: 'https://elsewhere.example/' }), { code: 'NETWORK_DENIED' })
})
`
}

function adapter({ apiKey }: ProjectAnswers): string {
  const secrets = apiKey ? ` secrets: { apiKey: 'a key for tests' },` : ''
  return `
test('opens the server of its configuration', async () => {
  const plugin = await openPlugin({ config: { url: 'https://mcp.example.com/mcp' },${secrets} })
  assert.ok(plugin.log.some(({ message }) => message.includes('active')))
})
`
}

function worldOf({ apiKey, hosts }: ProjectAnswers): string {
  return apiKey && hosts.length > 0 ? `{ secrets: { apiKey: 'a key for tests' } }` : ''
}

const POLICY = `
const who = { id: 'user:ada', roles: ['member'] }

test('asks before something is deleted', async () => {
  const plugin = await openPlugin()
  const call = { stage: 'call', kind: 'tool', arguments: {}, principal: who } as const
  const asked = await plugin.decide('ask-before-deleting', { ...call, tool: 'acme/files:delete_file' })
  assert.equal(asked.effect, 'ask')
  const allowed = await plugin.decide('ask-before-deleting', { ...call, tool: 'acme/files:read_file' })
  assert.equal(allowed.effect, 'allow')
})
`
