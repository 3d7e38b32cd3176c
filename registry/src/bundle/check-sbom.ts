import { z } from 'zod'
import { SBOM_FILE } from './contents.ts'
import { bundleError } from './errors.ts'
import { MAX_SBOM_BYTES } from './limits.ts'
import { parseStrictJson } from './strict-json.ts'

const component = z.looseObject({
  type: z.string(),
  name: z.string().min(1),
  version: z.string().optional(),
  purl: z.string().startsWith('pkg:').optional(),
})

const sbomSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.enum(['1.4', '1.5', '1.6', '1.7']),
  components: z.array(component).max(10_000).optional(),
})

/** Checks the bill of materials of a bundle that has one: what the registry serves must be what it says it is. */
export function checkSbom(files: ReadonlyMap<string, Uint8Array>): void {
  const bytes = files.get(SBOM_FILE)
  if (bytes === undefined) return
  if (bytes.length > MAX_SBOM_BYTES) {
    throw bundleError(
      'BUNDLE_FILE_TOO_LARGE',
      `Expected \`${SBOM_FILE}\` of at most ${MAX_SBOM_BYTES} bytes, found ${bytes.length}.`,
    )
  }
  const parsed = sbomSchema.safeParse(parseStrictJson(bytes, SBOM_FILE))
  if (parsed.success) return
  throw bundleError(
    'BUNDLE_SBOM',
    `Expected CycloneDX 1.4 to 1.7 in \`${SBOM_FILE}\`, found: ${z.prettifyError(parsed.error)}`,
  )
}
