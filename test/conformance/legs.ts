import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createRegistryClient } from '../../runtime/src/install/index.ts'
import { createPublisher } from '../../runtime/src/publishing/create-publisher.ts'
import { publishBundle } from '../../runtime/src/publishing/publish-bundle.ts'
import { packPlugin } from '../../scripts/pack/pack-plugin.ts'
import { startConformanceServer } from '../fixtures/mcp/conformance-server.ts'
import { type RunningHost, startTestHost } from '../helpers/host.ts'
import { type Door, openDoor } from './door.ts'

const root = resolve(import.meta.dirname, '../..')

/** What stands behind the gateway: code in a sandbox, a remote server, a process. */
export type Leg = 'plugin' | 'remote' | 'stdio'

/** One host with the suite's fixtures three times, each alone on a virtual server without prefixes. */
export interface Legs extends AsyncDisposable {
  readonly host: RunningHost
  /** Open to anybody: the token is added on the way. */
  readonly doors: Readonly<Record<Leg, Door>>
}

/** Packs, publishes and installs the fixtures as anybody would, on a real host. */
export async function openLegs(): Promise<Legs> {
  await using stack = new AsyncDisposableStack()
  const host = stack.use(await startTestHost())
  const server = stack.use(await startConformanceServer())
  await publish(host, 'test/fixtures/plugins/conformance')
  const { host: address } = new URL(server.url)
  const installed: Readonly<Record<Leg, string>> = {
    plugin: await host.install('acme/conformance'),
    remote: await host.install('nexus/remote', { url: server.url }, [address]),
    stdio: await host.install('nexus/stdio', {
      command: 'node',
      args: [join(root, 'test/fixtures/mcp/conformance-stdio.ts')],
      readFolders: [root],
    }),
  }
  const token = await host.token()
  const open = async (leg: Leg): Promise<Door> =>
    stack.use(await openDoor(await serve(host, leg, installed[leg]), token))
  const doors = { plugin: await open('plugin'), remote: await open('remote'), stdio: await open('stdio') }
  const owned = stack.move()
  return { host, doors, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function publish({ dataDir, ready }: RunningHost, folder: string): Promise<void> {
  const adminToken = (await readFile(join(dataDir, 'keys', 'registry-admin-token'), 'utf8')).trim()
  await using registry = createRegistryClient(ready.registryUrl)
  const { tgz, manifest } = await packPlugin(join(root, folder))
  const [id = ''] = manifest.id.split('/')
  const keyFile = join(dataDir, 'keys', `publisher-${id}.json`)
  const publisher = await createPublisher(registry, adminToken, { id, displayName: id }, keyFile)
  await publishBundle(registry, publisher, tgz)
}

/** The suite's names are exact: a virtual server without prefixes shows them as they are. */
async function serve(host: RunningHost, leg: Leg, installationId: string): Promise<URL> {
  const installation = await host.api('GET', `/api/v1/installations/${installationId}`)
  const made = await host.api('POST', '/api/v1/virtual-servers', {
    name: leg,
    title: leg,
    prefixMode: 'never',
    tools: [{ upstream: installation.body.label, tool: '*' }],
  })
  if (made.status !== 201) throw new Error(`No virtual server: ${JSON.stringify(made.body)}`)
  return new URL(made.body.url)
}
