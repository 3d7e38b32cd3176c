import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { sandboxError } from './errors.ts'
import { MAX_PAYLOAD_BYTES } from './limits.ts'
import { type SandboxProfile, sandboxProfileSchema } from './profile.ts'

/** The profiles of a host, by name. */
export interface SandboxProfiles {
  /** Fails with `SANDBOX_PROFILE_UNKNOWN`. */
  get(name: string): SandboxProfile
  list(): readonly SandboxProfile[]
}

/** Reads every `*.json` of a folder. Fails with `SANDBOX_PROFILE_INVALID` at the first file that is not a profile. */
export async function loadProfiles(folder: string): Promise<SandboxProfiles> {
  const profiles = new Map<string, SandboxProfile>()
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).toSorted()
  for (const file of files) profiles.set(basename(file, '.json'), await loadProfile(join(folder, file)))
  if (profiles.size === 0)
    throw sandboxError('SANDBOX_PROFILE_INVALID', `Expected at least one profile in ${folder}, found none.`)
  return {
    get(name) {
      const profile = profiles.get(name)
      if (profile !== undefined) return profile
      throw sandboxError(
        'SANDBOX_PROFILE_UNKNOWN',
        `Expected one of ${[...profiles.keys()].join(', ')}, found \`${name}\`.`,
      )
    },
    list: () => [...profiles.values()],
  }
}

async function loadProfile(path: string): Promise<SandboxProfile> {
  const invalid = (what: string): Error =>
    sandboxError('SANDBOX_PROFILE_INVALID', `Expected a sandbox profile in ${path}: ${what}`)
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : 'it cannot be read.')
  }
  const parsed = sandboxProfileSchema.safeParse(value)
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error))
  const profile = parsed.data
  if (profile.name !== basename(path, '.json'))
    throw invalid(`its name is \`${profile.name}\`, which is not the file's name.`)
  if (profile.limits.payloadBytes > MAX_PAYLOAD_BYTES) throw invalid(`payloadBytes is above ${MAX_PAYLOAD_BYTES}.`)
  return Object.freeze({ ...profile, limits: Object.freeze(profile.limits) })
}
