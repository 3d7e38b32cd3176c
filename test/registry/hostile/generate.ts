import { bombCases, containerCases } from './cases/containers.ts'
import { controlCases } from './cases/controls.ts'
import { collisionCases, contentCases, installCases, linkCases, modeCases } from './cases/entries.ts'
import { manifestCases, nameCases, semverCases } from './cases/manifests.ts'
import { pathCases } from './cases/paths.ts'
import { xssCases } from './cases/readmes.ts'
import type { HostileCase } from './hostile-case.ts'

/** Every hostile tarball: a valid plugin with one mutation. Signatures are mutated in `signatures.test.ts`. */
export const hostileCases: readonly HostileCase[] = [
  ...pathCases,
  ...contentCases,
  ...linkCases,
  ...modeCases,
  ...collisionCases,
  ...bombCases,
  ...containerCases,
  ...manifestCases,
  ...installCases,
  ...xssCases,
  ...semverCases,
  ...nameCases,
  ...controlCases,
]

/** A version of its own for each case, so that none is refused for being there already. */
export function versionOf(index: number): string {
  return `1.0.${index}`
}
