import type { Config } from '../../config.ts'
import type { Diagnosis } from '../../contract/index.ts'

/** What the checks look at. */
interface Patient {
  readonly config: Config
  /** Origin of the host that uses this data folder, when it answers. */
  readonly runningAt: string | undefined
  /** Folder of the built UI. */
  readonly uiFolder: string
}

/** One check. It reads and measures; it never changes anything. */
export interface Check {
  readonly name: string
  run(patient: Patient): Promise<Omit<Diagnosis, 'name'>>
}

export const ok = (found: string): Omit<Diagnosis, 'name'> => ({ state: 'ok', found, mend: '' })
export const warning = (found: string, mend: string): Omit<Diagnosis, 'name'> => ({ state: 'warning', found, mend })
export const failed = (found: string, mend: string): Omit<Diagnosis, 'name'> => ({ state: 'failed', found, mend })
