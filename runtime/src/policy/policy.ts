import type { PolicyPort } from './decide.ts'
import type { Packs } from './packs.ts'
import type { PolicyRules } from './rules.ts'

/** The door with its handles. */
export interface Policy extends PolicyPort {
  readonly rules: PolicyRules
  /** Registers a running policy pack until it is disposed. */
  readonly addPack: Packs['add']
  /** Says that an installation must be asked, running or not; dispose when it is disabled or removed. */
  readonly expectPack: Packs['expect']
}
