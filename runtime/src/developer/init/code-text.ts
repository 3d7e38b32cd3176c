import type { ProjectAnswers } from './answers.ts'

/** `src/index.ts` of a new project. */
export function codeText(answers: ProjectAnswers): string {
  if (answers.kind === 'policy-pack') return POLICY
  if (answers.kind === 'mcp-adapter') return adapter(answers)
  return answers.hosts.length === 0 ? GREETER : lookUp(answers)
}

const GREETER = `import { definePlugin } from '@nexus/plugin-api'

export default definePlugin({
  activate({ tools }) {
    tools.handle('greet', ({ name }) => \`Hello, \${name}!\`)
  },
})
`

function lookUp({ hosts: [host = ''], apiKey }: ProjectAnswers): string {
  const request = apiKey
    ? `, {\n        secretHeaders: { authorization: { secret: 'apiKey', format: 'Bearer {}' } },\n      }`
    : ''
  return `import { definePlugin } from '@nexus/plugin-api'

const SERVICE = 'https://${host}'

export default definePlugin({
  activate({ network, tools }) {
    tools.handle('greet', ({ name }) => \`Hello, \${name}!\`)

    tools.handle('look_up', async ({ path }) => {
      const { status, body } = await network.fetch(new URL(String(path), SERVICE).href${request})
      return status === 200 ? body : { isError: true, content: [{ type: 'text', text: \`The service answered \${status}.\` }] }
    })
  },
})
`
}

function adapter({ apiKey }: ProjectAnswers): string {
  const secret = apiKey ? `\n      secretHeaders: { authorization: { secret: 'apiKey', format: 'Bearer {}' } },` : ''
  return `import { configText, definePlugin } from '@nexus/plugin-api'

export default definePlugin({
  async activate({ config, upstreams }) {
    // The server is reached when somebody calls it first; its tools wait for an admin to agree to them.
    await upstreams.http('server', {
      url: configText(config, 'url') ?? '',${secret}
    })
  },
})
`
}

const POLICY = `import { definePlugin } from '@nexus/plugin-api'

/** Words in the name of a tool that tell of something that cannot be undone. */
const DELETES = /(^|[_-])(delete|remove|drop|purge|erase)([_-]|$)/

export default definePlugin({
  activate({ policies }) {
    policies.handle('ask-before-deleting', ({ kind, tool }) =>
      kind === 'tool' && DELETES.test(tool.slice(tool.indexOf(':') + 1))
        ? { effect: 'ask', reason: 'Its name says that it deletes something.' }
        : { effect: 'allow' },
    )
  },
})
`
