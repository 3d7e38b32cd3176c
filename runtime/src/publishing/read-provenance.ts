import { readFile } from 'node:fs/promises'
import { type ProvenanceBundle, provenanceBundle } from '@nexus/registry/contract'
import { publishingError } from './errors.ts'

/**
 * Reads provenance as a build service wrote it. Only its form is looked at here: the registry, where it can, and every
 * host check it against the bytes. Fails with `PROVENANCE_FILE`.
 */
export async function readProvenance(path: string): Promise<ProvenanceBundle> {
  const parsed = provenanceBundle.safeParse(parseJson(await readFile(path, 'utf8')))
  if (parsed.success) return parsed.data
  throw publishingError(
    'PROVENANCE_FILE',
    `Expected a Sigstore bundle with provenance in ${path}, found something else.`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The schema refuses it, and the error names the file.
    return undefined
  }
}
