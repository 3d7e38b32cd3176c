import type { SandboxLimits, SandboxProfile } from './profile.ts'

/** Limits that somebody asks for; `undefined` members ask for nothing. */
export type LimitRequest = { readonly [Name in keyof SandboxLimits]?: SandboxLimits[Name] | undefined }

/** A profile's limits, narrowed by what the manifest asks and by what the admin says. Nobody can widen them. */
export function limitsFor(profile: SandboxProfile, asked: LimitRequest, override: LimitRequest = {}): SandboxLimits {
  const limits: Record<keyof SandboxLimits, number> = { ...profile.limits }
  for (const request of [asked, override]) {
    for (const name of Object.keys(limits) as (keyof SandboxLimits)[]) {
      const value = request[name]
      if (value !== undefined) limits[name] = narrower(name, limits[name], value)
    }
  }
  return limits
}

// A coarser clock is the narrower one; everything else narrows downwards.
function narrower(name: keyof SandboxLimits, held: number, value: number): number {
  return name === 'clockResolutionMs' ? Math.max(held, value) : Math.min(held, value)
}
