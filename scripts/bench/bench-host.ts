import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { createRegistryClient } from '../../runtime/src/install/index.ts'
import { createPublisher } from '../../runtime/src/publishing/create-publisher.ts'
import { publishBundle } from '../../runtime/src/publishing/publish-bundle.ts'
import { packPlugin } from '../../runtime/src/developer/pack/index.ts'
import { type StartedProcess, startProcess } from './start-process.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

const readySchema = z.looseObject({
  event: z.literal('ready'),
  url: z.string(),
  mcpUrl: z.string(),
  registryUrl: z.string(),
  setupUrl: z.string().optional(),
})

/** The real host, as `npm start` runs it, on free ports. */
export type BenchHost = StartedProcess<z.output<typeof readySchema>>

/** Starts the host on a data folder. */
export function startHost(dataDir: string): Promise<BenchHost> {
  return startProcess(join(root, 'runtime', 'src', 'main.ts'), readySchema, {
    NEXUS_DATA: dataDir,
    NEXUS_PORT: '0',
    NEXUS_REGISTRY_PORT: '0',
    NEXUS_JSON: '1',
    // As `npm start` does.
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --max-semi-space-size=8`,
  })
}

/** The admin API as the first admin. */
export interface AdminApi {
  call<Schema extends z.ZodType>(
    method: string,
    path: string,
    schema: Schema,
    body?: unknown,
  ): Promise<z.output<Schema>>
}

/** Creates the first admin with the one-time link and signs in. */
export async function signIn(host: BenchHost): Promise<AdminApi> {
  const token = host.ready.setupUrl?.split('#token=')[1]
  if (token === undefined) throw new Error('Expected a host without an admin, found one that is set up.')
  const { url } = host.ready
  const json = { 'content-type': 'application/json', origin: url }
  const admin = {
    token,
    email: 'bench@example.com',
    displayName: 'Bench',
    password: 'a long passphrase for a short life',
  }
  const answer = await fetch(`${url}/api/v1/setup`, { method: 'POST', headers: json, body: JSON.stringify(admin) })
  if (answer.status !== 201)
    throw new Error(`Expected to create the admin, found status ${answer.status}: ${await answer.text()}`)
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  return {
    async call(method, path, schema, body) {
      const result = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { ...json, cookie },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await result.text()
      if (!result.ok)
        throw new Error(`Expected ${method} ${path} to succeed, found status ${result.status}: ${text.slice(0, 500)}`)
      return schema.parse(text === '' ? undefined : JSON.parse(text))
    },
  }
}

/** Publishes a plugin folder the way a stranger does: a publisher and a key of its own, packed, signed, uploaded. */
export async function publish(host: BenchHost, dataDir: string, folder: string): Promise<void> {
  const adminToken = (await readFile(join(dataDir, 'keys', 'registry-admin-token'), 'utf8')).trim()
  await using registry = createRegistryClient(host.ready.registryUrl)
  const { tgz, manifest } = await packPlugin(join(root, folder))
  const [id = ''] = manifest.id.split('/')
  const publisher = await createPublisher(
    registry,
    adminToken,
    { id, displayName: id },
    join(dataDir, 'keys', `publisher-${id}.json`),
  )
  await publishBundle(registry, publisher, tgz)
}

const planSchema = z.looseObject({ version: z.string(), consentDigest: z.string() })
const jobSchema = z.looseObject({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  installationId: z.string().optional(),
  problem: z.unknown().optional(),
})

/** Installs a plugin with consent to exactly what its plan shows. Resolves to the installation's id. */
export async function install(
  api: AdminApi,
  pluginId: string,
  label: string,
  config: object = {},
  allowPrivateAddresses: readonly string[] = [],
): Promise<string> {
  const { version, consentDigest } = await api.call('POST', '/installations/plan', planSchema, { pluginId, config })
  const request = { pluginId, version, consentDigest, config, allowPrivateAddresses, label }
  let job = await api.call('POST', '/installations', jobSchema, request)
  while (job.state === 'running') {
    await sleep(50)
    job = await api.call('GET', `/jobs/${job.id}`, jobSchema)
  }
  if (job.state === 'failed' || job.installationId === undefined)
    throw new Error(`Expected ${pluginId} to install, found: ${JSON.stringify(job.problem)}`)
  return job.installationId
}
