import type { PluginManifestInput } from '@nexus/plugin-api'
import { version } from '../../start/place.ts'
import type { ProjectAnswers } from './answers.ts'

/** `nexus.plugin.json` of a new project. */
export function manifestText(answers: ProjectAnswers): string {
  return `${JSON.stringify({ $schema: './.nexus/manifest.schema.json', ...manifestOf(answers) }, undefined, 2)}\n`
}

function manifestOf(answers: ProjectAnswers): PluginManifestInput {
  const shared = {
    manifestVersion: 1,
    id: answers.id,
    version: '0.1.0',
    displayName: answers.displayName,
    description: answers.description,
    license: answers.license,
    engines: { nexus: `>=${version} <1.0.0` },
  } as const
  if (answers.kind === 'policy-pack') return { ...shared, kind: 'policy-pack', contributes: { policies: [POLICY] } }
  const asked = { ...permissionsOf(answers), ...configOf(answers) }
  if (answers.kind === 'mcp-adapter') return { ...shared, kind: 'mcp-adapter', ...asked, contributes: ADAPTER }
  const tools = answers.hosts.length === 0 ? [GREET] : [GREET, LOOK_UP]
  return { ...shared, kind: 'connector', ...asked, contributes: { tools } }
}

const GREET = {
  name: 'greet',
  description: 'Greets a person by name.',
  inputSchema: {
    type: 'object',
    properties: { name: { type: 'string', description: 'Who to greet.' } },
    required: ['name'],
  },
  annotations: { readOnlyHint: true },
} as const

const LOOK_UP = {
  name: 'look_up',
  description: 'Reads a path of the service and answers with its text.',
  inputSchema: {
    type: 'object',
    properties: { path: { type: 'string', description: 'For example /status.' } },
    required: ['path'],
  },
  annotations: { readOnlyHint: true, openWorldHint: true },
} as const

const POLICY = {
  name: 'ask-before-deleting',
  title: 'Ask before deleting',
  description: 'Lets a person decide before a tool whose name says that it deletes is called.',
  stage: 'call',
} as const

const ADAPTER = {
  upstreams: [{ name: 'server', title: 'MCP server', transport: 'http' as const }],
}

function permissionsOf({ kind, hosts, apiKey }: ProjectAnswers): Pick<PluginManifestInput, 'permissions'> | undefined {
  const secrets = apiKey && {
    secrets: [{ name: 'apiKey', access: 'use' as const, reason: 'Signs in at the service. The plugin never sees it.' }],
  }
  if (kind === 'mcp-adapter') {
    const methods: ('GET' | 'POST' | 'DELETE')[] = ['GET', 'POST', 'DELETE']
    const network = [{ fromConfig: 'url', methods, reason: 'Talks to the MCP server at the address you give.' }]
    return { permissions: { network, ...secrets } }
  }
  if (hosts.length === 0) return undefined
  const network = hosts.map((host) => ({ host, methods: ['GET' as const], reason: `Reads what ${host} tells.` }))
  return { permissions: { network, ...secrets } }
}

function configOf({ kind, apiKey }: ProjectAnswers): Pick<PluginManifestInput, 'config'> {
  const key = apiKey && { apiKey: { type: 'secret' as const, title: 'API key', required: true } }
  const url = kind === 'mcp-adapter' && {
    url: { type: 'string' as const, format: 'url' as const, title: 'Address of the MCP server', required: true },
  }
  return key || url ? { config: { ...url, ...key } } : {}
}
