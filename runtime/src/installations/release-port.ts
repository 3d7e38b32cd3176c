import { NexusError, errorCode } from '@nexus/plugin-api'
import { type ChainLink, schemas } from '../contract/index.ts'
import { type ReleasePlan, type ReleaseStore, type VerifiedRelease, requireAllowed } from '../install/index.ts'
import type { CheckedRelease, ReleasePort } from './ports.ts'

const SHA512 = /^sha512:[0-9a-f]{128}$/

/** The digest as the release store wants it; what is stored was checked when it was written. */
function isDigest(text: string): text is `sha512:${string}` {
  return SHA512.test(text)
}

/** Releases through the host's own store: every answer was verified here. */
export function createReleasePort(releases: ReleaseStore): ReleasePort {
  return {
    async inspect(pluginId, version) {
      try {
        return checked(await releases.plan(pluginId, version ?? '*'))
      } catch (error) {
        if (errorCode(error) === 'INSTALL_RELEASE_NOT_FOUND') return undefined
        throw error
      }
    },
    async keep(pluginId, version, onStep) {
      onStep('download')
      const plan = await releases.plan(pluginId, version)
      onStep('verify')
      // Before anybody new is believed: what the policy refuses pins nobody.
      requireAllowed(`${pluginId}@${plan.version}`, plan.policy)
      if (plan.newSigner) await releases.pin(plan)
      onStep('unpack')
      return checked(await releases.fetch(pluginId, version))
    },
    async stored(bundleDigest) {
      if (isDigest(bundleDigest)) return checked(await releases.open(bundleDigest))
      throw new TypeError(`Expected a sha512 digest, found ${bundleDigest}.`)
    },
    async chainOf(bundleDigest) {
      return isDigest(bundleDigest) ? await chainOrFailure(releases, bundleDigest) : []
    },
    notice: (pluginId, version) => releases.notice(pluginId, version),
    async discard(bundleDigest) {
      if (isDigest(bundleDigest)) await releases.remove(bundleDigest)
    },
  }
}

function checked(release: ReleasePlan | VerifiedRelease): CheckedRelease {
  const { manifest, bundleDigest, chain } = release
  return {
    manifest,
    bundleDigest,
    chain,
    verified: chain.every((link) => link.state !== 'failed'),
    newSigner: 'newSigner' in release && release.newSigner,
    policy: 'policy' in release ? release.policy : [],
  }
}

/** For people: a chain that no longer holds is shown as such. Starting such a release is refused elsewhere. */
async function chainOrFailure(releases: ReleaseStore, bundleDigest: `sha512:${string}`): Promise<readonly ChainLink[]> {
  try {
    return (await releases.open(bundleDigest)).chain
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    return [
      {
        layer: layerOf(error),
        state: 'failed',
        by: '',
        detail: `${code}: ${error instanceof Error ? error.message : ''}`,
      },
    ]
  }
}

/** The link that broke, as the refusal names it. */
function layerOf(error: unknown): ChainLink['layer'] {
  const layer: unknown = error instanceof NexusError ? Object(error.details)['layer'] : undefined
  return schemas.chainLink.shape.layer.safeParse(layer).data ?? 'host'
}
