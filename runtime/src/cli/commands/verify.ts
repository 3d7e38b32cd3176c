import { stat } from 'node:fs/promises'
import { errorCode } from '@nexus/plugin-api'
import type { Command } from 'commander'
import type { ChainLink } from '../../contract/index.ts'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { chainLines } from '../chain-text.ts'
import { visible } from '../console.ts'
import { EXIT } from '../exit-code.ts'
import { parsePluginReference } from '../plugin-reference.ts'
import { readPacked } from './plugin-publish.ts'

/** `nexus verify`: the chain of a release, checked by the host anew. */
export function verifyCommand(command: Command, host: CommandHost): void {
  command
    .argument('<plugin>', '`publisher/name`, `publisher/name@version`, or a packed plugin')
    .description(
      'Show the chain from publisher to bytes, link by link, as the host checks it. Ends with 1 when it does not hold.',
    )
    .action(action(host, verify))
}

/** A packed plugin whose chain is asked for. */
interface PackedClaim {
  readonly id: string
  readonly version: string
  readonly bundleDigest: string
}

async function verify(context: CommandContext, text: string): Promise<void> {
  const isFile = await stat(text).then(
    (facts) => facts.isFile(),
    () => false,
  )
  const packed = isFile ? await readClaim(text) : undefined
  const { pluginId, version } = packed === undefined ? parsePluginReference(text) : { ...packed, pluginId: packed.id }
  const found = await findChain(context, pluginId, version, packed)
  const isSame = packed === undefined || found.bundleDigest === packed.bundleDigest
  const chain = isSame ? found.chain : [otherBytes(packed, found.bundleDigest), ...found.chain.slice(1)]
  const verified = found.verified && isSame
  const { output, finishWith } = context
  output.answer(
    { pluginId, version: found.version, bundleDigest: packed?.bundleDigest ?? found.bundleDigest, verified, chain },
    [
      `${pluginId} ${found.version}: ${verified ? 'verified' : 'NOT verified'}`,
      `  ${packed?.bundleDigest ?? found.bundleDigest}`,
      ...chainLines(chain).map(visible),
    ],
  )
  if (!verified) finishWith(EXIT.failed)
}

/** What the bytes claim to be, read as strictly as a host reads them. */
async function readClaim(file: string): Promise<PackedClaim> {
  const { readBundle } = await import('../../publishing/index.ts')
  const { manifest, digests } = await readBundle(await readPacked(file))
  return { id: manifest.id, version: manifest.version, bundleDigest: digests.bundle }
}

/** The chain as the host checks it; for a packed plugin that nobody released, the one link there is. */
async function findChain(
  { connect }: CommandContext,
  pluginId: string,
  version: string | undefined,
  packed: PackedClaim | undefined,
) {
  const [publisher = '', name = ''] = pluginId.split('/')
  try {
    return await (await connect()).call('marketplacePlugin', { params: { publisher, name }, query: { version } })
  } catch (error) {
    if (packed === undefined || !/_NOT_FOUND$|_UNKNOWN$/.test(errorCode(error) ?? '')) throw error
    const detail = 'Expected a release with these bytes, found none in the registry of this host.'
    const chain: readonly ChainLink[] = [{ layer: 'publisher', state: 'unknown', by: '', detail }]
    return { version: packed.version, bundleDigest: packed.bundleDigest, verified: false, chain }
  }
}

function otherBytes({ bundleDigest }: PackedClaim, released: string): ChainLink {
  return {
    layer: 'bytes',
    state: 'failed',
    by: bundleDigest,
    detail: `Expected the released bytes ${released.slice(0, 23)}…, found others in this file.`,
  }
}
