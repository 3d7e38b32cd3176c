import { errorCode } from '@nexus/plugin-api'
import { OFFICIAL_META, type ServerDocument, type ServerResponse } from '@nexus/registry/contract'
import type { z } from 'zod'
import type { schemas } from '../contract/index.ts'
import type { BundleShelf } from './bundle-shelf.ts'
import type { Draft, Way } from './draft.ts'
import { draftMcpb } from './draft-mcpb.ts'
import { draftNpm } from './draft-npm.ts'
import { draftRemote } from './draft-remote.ts'
import { importError } from './errors.ts'
import { fillInputs } from './fill-inputs.ts'
import { mcpbManifest } from './mcpb-manifest.ts'
import { readBundleManifest } from './read-zip.ts'
import type { ServerSource, SourceClient } from './source-client.ts'

type Reference = z.output<typeof schemas.importPlanRequest>['server']
type Plan = z.input<typeof schemas.importPlan>

/** Servers of registries and bundles, made into settings of `nexus/stdio` and `nexus/remote`. */
export interface Imports {
  sources(): readonly ServerSource[]
  addSource(source: ServerSource): Promise<ServerSource>
  removeSource(name: string): Promise<void>
  search(query: z.output<typeof schemas.importableQuery>): Promise<z.input<typeof schemas.importablePage>>
  plan(reference: Reference): Promise<Plan>
  /** Keeps an uploaded bundle and plans it. */
  hold(bytes: AsyncIterable<Uint8Array>, sha256: string): Promise<Plan>
  configure(request: z.output<typeof schemas.serverImportRequest>): Promise<z.input<typeof schemas.importConfiguration>>
}

export interface ImportParts {
  readonly client: SourceClient
  readonly shelf: BundleShelf
  /** The registry this host uses. */
  readonly own: ServerSource
  readonly choices: {
    get(): { readonly sources: readonly ServerSource[] }
    change(change: { readonly sources: ServerSource[] }): Promise<unknown>
  }
}

/** A server with the ways to run it. */
interface Offered {
  readonly facts: Pick<Plan, 'name' | 'version' | 'title' | 'description'>
  readonly ways: readonly Way[]
}

export function createImports(parts: ImportParts): Imports {
  const { client, shelf, own, choices } = parts
  const sources = () => [own, ...choices.get().sources]
  const find = (name: string) => {
    const source = sources().find((one) => one.name === name)
    if (source !== undefined) return source
    throw importError(
      'IMPORT_SOURCE_UNKNOWN',
      `Expected one of ${sources()
        .map((one) => one.name)
        .join(', ')}, found ${name}.`,
    )
  }
  const offer = createOffer(parts, find)
  return {
    sources,
    async addSource(source) {
      if (sources().some(({ name }) => name === source.name)) {
        throw importError('IMPORT_SOURCE_EXISTS', `Expected a free name, found that ${source.name} is in use.`)
      }
      await choices.change({ sources: [...choices.get().sources, source] })
      return source
    },
    async removeSource(name) {
      const rest = choices.get().sources.filter((source) => source.name !== name)
      if (rest.length === choices.get().sources.length) find(`${name} among those that were added`)
      await choices.change({ sources: rest })
    },
    async search({ source = own.name, ...query }) {
      const { servers, metadata } = await client.list(find(source), query)
      return {
        items: servers.map(toImportable),
        ...(metadata.nextCursor !== undefined && { nextCursor: metadata.nextCursor }),
      }
    },
    plan: async (reference) => toPlan(await offer(reference)),
    async hold(bytes, sha256) {
      await shelf.hold(bytes, sha256)
      return toPlan(await offerBundle(shelf, sha256))
    },
    async configure({ server, option, values, secrets }) {
      const { facts, ways } = await offer(server)
      const way = ways[option]
      if (way === undefined)
        throw importError('IMPORT_OPTION_UNKNOWN', `Expected one of ${ways.length} ways, found ${option}.`)
      const draft = await way.draft()
      const config = draft.configure(fillInputs(draft.inputs, { values, secrets }))
      await draft.prepare?.()
      const { pluginId, version } = draft
      return { pluginId, ...(version !== undefined && { version }), config, label: labelOf(facts.name) }
    },
  }
}

/** Reads a server from where the reference says it is. */
function createOffer(parts: ImportParts, find: (name: string) => ServerSource) {
  const { client, shelf } = parts
  return async (reference: Reference): Promise<Offered> => {
    if ('bundle' in reference) return offerBundle(shelf, reference.bundle)
    if ('bundleUrl' in reference) {
      await shelf.hold(await client.download(reference.bundleUrl, false), reference.fileSha256)
      return offerBundle(shelf, reference.fileSha256)
    }
    const source = find(reference.source)
    return offerServer(parts, source, await client.one(source, reference.name, reference.version))
  }
}

async function toPlan({ facts, ways }: Offered): Promise<Plan> {
  const options: Plan['options'] = []
  for (const [index, way] of ways.entries()) options.push(await describe(way, index))
  return { ...facts, options }
}

/** A way that does not lead anywhere is shown with its reason: the person sees what the entry offers. */
async function describe(way: Way, index: number): Promise<Plan['options'][number]> {
  try {
    const { title, pluginId, inputs, notes } = await way.draft()
    return { index, title, pluginId, inputs: [...inputs], notes: [...notes] }
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined || !(error instanceof Error)) throw error
    return { index, title: way.title, inputs: [], notes: [], refusal: { code, message: error.message } }
  }
}

function offerServer(parts: ImportParts, source: ServerSource, { server }: ServerResponse): Offered {
  const { name, version, title, description, packages = [], remotes = [] } = server
  return {
    facts: { name, version, description, ...(title !== undefined && { title }) },
    ways: [
      ...packages.map((offer) => ({
        title: `${offer.registryType} ${offer.identifier}`,
        draft: () => draftPackage(parts, source, offer),
      })),
      ...remotes.map((remote) => ({ title: remote.url, draft: () => draftRemote(remote) })),
    ],
  }
}

type Offer = NonNullable<ServerDocument['packages']>[number]

function draftPackage(parts: ImportParts, source: ServerSource, offer: Offer): Draft | Promise<Draft> {
  switch (offer.registryType) {
    case 'npm':
      return draftNpm(offer)
    case 'mcpb':
      return draftFromUrl(parts, offer)
    case 'nexus':
      return draftPlugin(parts, source, offer)
    default:
      throw importError(
        'IMPORT_PACKAGE_KIND',
        `Expected an npm package or an MCPB bundle, found ${offer.registryType} ${offer.identifier}. Install the program on this machine and start it with nexus/stdio as a command.`,
      )
  }
}

async function draftFromUrl({ client, shelf }: ImportParts, { identifier, fileSha256 }: Offer): Promise<Draft> {
  if (fileSha256 === undefined || !identifier.startsWith('https://')) {
    throw importError(
      'IMPORT_BUNDLE_DIGEST',
      'Expected an https address and the SHA-256 of the bundle, found one missing. Do not install what cannot be checked.',
    )
  }
  await shelf.hold(await client.download(identifier, false), fileSha256)
  return draftBundle(shelf, fileSha256)
}

/** A plugin is installed as a plugin: with its own signatures, permissions and settings. */
function draftPlugin({ own }: ImportParts, source: ServerSource, { identifier, version }: Offer): Draft {
  if (source.name !== own.name) {
    throw importError(
      'IMPORT_OTHER_REGISTRY',
      `Expected a plugin of this host's own registry, found ${identifier} of ${source.name}. Set NEXUS_REGISTRY_URL to use that registry.`,
    )
  }
  return {
    title: `plugin ${identifier}${version === undefined ? '' : `@${version}`}`,
    pluginId: identifier,
    ...(version !== undefined && { version }),
    inputs: [],
    notes: [],
    configure: () => ({}),
  }
}

async function offerBundle(shelf: BundleShelf, sha256: string): Promise<Offered> {
  const manifest = await readManifest(shelf, sha256)
  const { name, version, display_name: title, description } = manifest
  return {
    facts: { name, version, description, ...(title !== undefined && { title }) },
    ways: [{ title: `bundle ${name}@${version}`, draft: () => draftBundle(shelf, sha256) }],
  }
}

async function draftBundle(shelf: BundleShelf, sha256: string): Promise<Draft> {
  const draft = draftMcpb(await readManifest(shelf, sha256), shelf.folder(sha256))
  return { ...draft, prepare: () => shelf.unpack(sha256) }
}

async function readManifest(shelf: BundleShelf, sha256: string) {
  const parsed = mcpbManifest.safeParse(await readBundleManifest(await shelf.held(sha256)))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw importError(
    'IMPORT_BUNDLE_MANIFEST',
    `Expected a manifest as MCPB 0.3 describes it, found ${issue?.path.join('.')}: ${issue?.message}`,
  )
}

function toImportable({ server, ...rest }: ServerResponse): z.input<typeof schemas.importableServer> {
  const { status, updatedAt } = rest['_meta'][OFFICIAL_META]
  const { name, version, title, description, websiteUrl, repository, packages = [], remotes = [] } = server
  return {
    name,
    version,
    description,
    status,
    updatedAt,
    ...(title !== undefined && { title }),
    ...(websiteUrl !== undefined && { websiteUrl }),
    ...(repository !== undefined && { repository: repository.url }),
    offers: [
      ...new Set([...packages.map(({ registryType }) => registryType), ...(remotes.length > 0 ? ['remote'] : [])]),
    ],
  }
}

/** Prefix of exposed names: the last part of the server's name. */
function labelOf(name: string): string {
  const last = name.split('/').at(-1) ?? name
  return last.replaceAll(/[^a-zA-Z0-9_-]/g, '-').slice(0, 32) || 'server'
}
