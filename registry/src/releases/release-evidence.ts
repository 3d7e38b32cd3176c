import { z } from 'zod'
import type { ReleaseDetail } from '../contract/plugins.ts'
import { type ProvenanceBundle, provenanceBundle } from '../contract/signature-bundle.ts'
import { packageNameOf } from '../packages/names.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { packageVersions } from '../store/rows/package-rows.ts'

const PROVENANCE = 'https://slsa.dev/provenance/v1'

const kept = z.array(z.object({ predicateType: z.string(), bundle: z.unknown() }))

/** What else speaks for a release, for hosts to verify: npm's signature of the registry, and the build's provenance. */
export async function evidenceOf(
  store: RegistryStore,
  pluginId: string,
  version: string,
): Promise<Pick<ReleaseDetail, 'distSignature'> & { readonly provenance?: ProvenanceBundle }> {
  const row = await store.database.getRepository(packageVersions).findOne({
    where: { packageName: packageNameOf(pluginId), version },
    select: { packageName: true, version: true, distSignatures: true, attestations: true },
  })
  const [distSignature] = row?.distSignatures ?? []
  const provenance = readProvenance(row?.attestations ?? null)
  return {
    ...(distSignature === undefined ? {} : { distSignature }),
    ...(provenance === undefined ? {} : { provenance }),
  }
}

/** Provenance that came with a publish, as `/-/npm/v1/attestations` answers it. */
export function attestationsOf(provenance: ProvenanceBundle | undefined): string | null {
  return provenance === undefined ? null : JSON.stringify([{ predicateType: PROVENANCE, bundle: provenance }])
}

function readProvenance(attestations: string | null): ProvenanceBundle | undefined {
  if (attestations === null) return undefined
  const found = kept.parse(JSON.parse(attestations)).find(({ predicateType }) => predicateType === PROVENANCE)
  return found === undefined ? undefined : provenanceBundle.parse(found.bundle)
}
