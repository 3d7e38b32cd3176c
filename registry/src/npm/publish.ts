import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { requirePublish } from '../accounts/permissions.ts'
import { readPackageName, readTag, readVersion } from '../packages/names.ts'
import { type VersionPublication, publishVersion } from '../releases/publish-version.ts'
import { unpublishVersions } from '../packages/unpublish.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { changeDocument, documentChange } from './change-document.ts'
import { npmError } from './errors.ts'
import { isReservedName } from './match-route.ts'
import { type NpmAnswer, type NpmHandler, type NpmRequest, param, requireActor } from './npm-request.ts'
import { type ReceivedPublish, receivePublish } from './receive-publish.ts'
import { createTurns } from './turns.ts'

const text = z.string().max(300)

/** What a client says about the one version it publishes; everything else is read out of the bundle. */
const publishDocument = z.looseObject({
  name: text,
  access: z.enum(['public', 'restricted', 'private']).nullish(),
  'dist-tags': z.record(z.string(), text),
  versions: z.record(
    z.string(),
    z.looseObject({
      gitHead: z.string().max(64).optional(),
      _nodeVersion: z.string().max(40).optional(),
      _npmVersion: z.string().max(40).optional(),
      dist: z
        .looseObject({ integrity: z.string().max(1000).optional(), shasum: z.string().max(64).optional() })
        .optional(),
    }),
  ),
  _attachments: z.record(z.string(), z.looseObject({ data: z.string() })),
})

type PublishDocument = z.output<typeof publishDocument>

/** `PUT /name` and `POST /-/stage/package/name`: a new version, or with no bundle a change of what is there. */
export function publishHandlers(store: RegistryStore): {
  readonly put: NpmHandler
  readonly stage: NpmHandler
} {
  const inTurn = createTurns()
  return {
    put: (input) => inTurn(() => receive(store, input, false)),
    stage: (input) => inTurn(() => receive(store, input, true)),
  }
}

async function receive(store: RegistryStore, input: NpmRequest, stage: boolean): Promise<NpmAnswer> {
  const name = readPackageName(param(input, 'package'))
  const actor = await requireActor(input)
  // Before a byte of the body is read. Whoever only stars a package need not be allowed to publish it.
  const onlyStars = /^(un)?star$/.test(String(input.request.headers['npm-command']))
  if (!onlyStars) await requirePublish(store, actor, name)
  const received = await receivePublish(store.uploads, input.request)
  try {
    if (received.file === undefined) return await change(store, input, name, received.document)
    if (onlyStars) await requirePublish(store, actor, name)
    return await publish(store, input, { name, stage, received, file: received.file })
  } finally {
    if (received.file !== undefined) await rm(received.file, { force: true })
  }
}

async function change(store: RegistryStore, input: NpmRequest, name: string, document: unknown): Promise<NpmAnswer> {
  const parsed = documentChange.safeParse(document)
  if (!parsed.success) throw npmError('NPM_BODY', 'Expected a bundle or a changed packument, found neither.')
  await changeDocument(store, await requireActor(input), { name, change: parsed.data, revision: input.params['rev'] })
  return { status: 201, body: { ok: 'package changed' } }
}

async function publish(
  store: RegistryStore,
  input: NpmRequest,
  {
    name,
    stage,
    received,
    file,
  }: { readonly name: string; readonly stage: boolean; readonly received: ReceivedPublish; readonly file: string },
): Promise<NpmAnswer> {
  if (isReservedName(name)) {
    throw npmError('NPM_BODY', `Expected a name that is no path of the registry, found ${name}. Choose another.`)
  }
  const publication = readPublication(name, received.document)
  const staged = await publishVersion(store, { ...publication, file, actor: await requireActor(input), stage })
  if (staged === undefined) return { status: 201, body: { ok: 'package published', success: true } }
  return {
    status: stage ? 201 : 202,
    ...(stage ? {} : { headers: { 'npm-notice': `${staged.reason} A moderator decides whether it is published.` } }),
    body: { ok: 'package staged', success: true, stageId: staged.id, reason: staged.reason },
  }
}

function readPublication(name: string, document: unknown): Omit<VersionPublication, 'file' | 'actor' | 'stage'> {
  const parsed = publishDocument.safeParse(document)
  if (!parsed.success || parsed.data.name !== name) throw oneVersion()
  const [version, ...otherVersions] = Object.entries(parsed.data.versions)
  const [tag, ...otherTags] = Object.entries(parsed.data['dist-tags'])
  if (version === undefined || otherVersions.length > 0 || otherTags.length > 0) throw oneVersion()
  const [number, manifest] = version
  if (tag !== undefined && tag[1] !== number) throw oneVersion()
  const { access } = parsed.data
  const attestation = attestationOf(parsed.data)
  return {
    name,
    version: readVersion(number),
    tag: readTag(tag?.[0] ?? 'latest'),
    ...(access === null || access === undefined ? {} : { access: access === 'public' ? 'public' : 'restricted' }),
    ...(manifest.dist?.integrity === undefined ? {} : { integrity: manifest.dist.integrity }),
    ...(manifest.dist?.shasum === undefined ? {} : { shasum: manifest.dist.shasum }),
    ...(attestation === undefined ? {} : { attestation }),
    client: {
      ...(manifest.gitHead === undefined ? {} : { gitHead: manifest.gitHead }),
      ...(manifest['_nodeVersion'] === undefined ? {} : { nodeVersion: manifest['_nodeVersion'] }),
      ...(manifest['_npmVersion'] === undefined ? {} : { npmVersion: manifest['_npmVersion'] }),
    },
  }
}

/** Clients name the bundle with the scope or without; there is one, and at most one Sigstore bundle beside it. */
function attestationOf({ _attachments }: PublishDocument): string | undefined {
  const names = Object.keys(_attachments)
  const bundles = names.filter((name) => name.endsWith('.tgz'))
  const attestations = names.filter((name) => name.endsWith('.sigstore'))
  if (bundles.length !== 1 || attestations.length > 1 || names.length !== bundles.length + attestations.length) {
    throw npmError('NPM_ATTACHMENT', 'Expected one bundle and at most one Sigstore bundle, found other attachments.')
  }
  return _attachments[attestations[0] ?? '']?.data
}

function oneVersion() {
  return npmError('NPM_BODY', 'Expected a request that publishes one version with one tag, found another.')
}

/** `DELETE /name/-rev/R`: takes the whole package back, as far as the rules let it go. */
export function unpublishHandler(store: RegistryStore): NpmHandler {
  return async (input) => {
    const name = param(input, 'package')
    await requirePublish(store, await requireActor(input), name)
    await unpublishVersions(store, name, 'all', param(input, 'rev'))
    return { body: { ok: 'package unpublished' } }
  }
}

/** `DELETE /name/-/file/-rev/R`: npm's last step after a version is gone, whose bundle went with it. */
export function removedTarballHandler(store: RegistryStore): NpmHandler {
  return async (input) => {
    await requirePublish(store, await requireActor(input), param(input, 'package'))
    return { body: { ok: 'bundle removed' } }
  }
}
