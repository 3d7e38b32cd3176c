import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createRegistryClient } from '../../runtime/src/install/index.ts'
import { createPublisher } from '../../runtime/src/publishing/create-publisher.ts'
import { publishBundle } from '../../runtime/src/publishing/publish-bundle.ts'
import { packPlugin } from '../../runtime/src/developer/pack/index.ts'
import { startConformanceServer } from '../fixtures/mcp/conformance-server.ts'
import { type RunningHost, startTestHost } from '../helpers/host.ts'
import { type Door, openDoor } from './door.ts'

const root = resolve(import.meta.dirname, '../..')

/** What stands behind the gateway: code in a sandbox, a remote server, a process. */
export type Leg = 'plugin' | 'remote' | 'stdio'

const LEGS: readonly Leg[] = ['plugin', 'remote', 'stdio']

/** One host with the suite's fixtures on virtual servers without prefixes, one for each leg. */
export interface Legs extends AsyncDisposable {
  readonly host: RunningHost
  /** Open to anybody: the token is added on the way. */
  readonly doors: Readonly<Record<Leg, Door>>
  /** Ids of the installations. */
  readonly installed: Readonly<Record<Leg, string>>
}

/** Packs, publishes and installs the fixtures as anybody would, on a real host; only the legs that are wanted. */
export async function openLegs(wanted: readonly Leg[] = LEGS): Promise<Legs> {
  await using stack = new AsyncDisposableStack()
  const host = stack.use(await startTestHost())
  const server = stack.use(await startConformanceServer())
  const { host: address } = new URL(server.url)
  const install: Readonly<Record<Leg, () => Promise<string>>> = {
    async plugin() {
      await publish(host, 'test/fixtures/plugins/conformance')
      return host.install('acme/conformance')
    },
    remote: () => host.install('nexus/remote', { url: server.url }, [address]),
    stdio: () =>
      host.install('nexus/stdio', {
        command: 'node',
        args: [join(root, 'test/fixtures/mcp/conformance-stdio.ts')],
        readFolders: [root],
      }),
  }
  const token = await host.token()
  const closed: Door = { url: '', [Symbol.asyncDispose]: () => Promise.resolve() }
  const doors: Record<Leg, Door> = { plugin: closed, remote: closed, stdio: closed }
  const installed: Record<Leg, string> = { plugin: '', remote: '', stdio: '' }
  for (const leg of wanted) {
    installed[leg] = await install[leg]()
    doors[leg] = stack.use(await openDoor(await serve(host, leg, installed[leg]), token))
  }
  const owned = stack.move()
  return { host, doors, installed, [Symbol.asyncDispose]: () => owned.disposeAsync() }
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
  // What the fixtures define at run time shall be seen at once.
  const setting = await host.api('PATCH', `/api/v1/installations/${installationId}/definitions`, { approval: 'auto' })
  if (setting.status !== 200) throw new Error(`No setting: ${JSON.stringify(setting.body)}`)
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
