import { type SandboxLimits, type SandboxProfile, sandboxLimitsSchema } from './profile.ts'

/** Limits that somebody asks for; `undefined` members ask for nothing. */
export type LimitRequest = { readonly [Name in keyof SandboxLimits]?: SandboxLimits[Name] | undefined }

/** A profile's limits, narrowed by what the manifest asks and by what the admin says. Nobody can widen them. */
export function limitsFor(profile: SandboxProfile, asked: LimitRequest, override: LimitRequest = {}): SandboxLimits {
  const names = sandboxLimitsSchema.keyof().options
  const narrowed = names.map((name) => {
    const requested = [asked[name], override[name]].filter((value) => value !== undefined)
    return [name, requested.reduce((held, value) => narrower(name, held, value), profile.limits[name])] as const
  })
  return sandboxLimitsSchema.parse(Object.fromEntries(narrowed))
}

// A coarser clock is the narrower one; everything else narrows downwards.
function narrower(name: keyof SandboxLimits, held: number, value: number): number {
  return name === 'clockResolutionMs' ? Math.max(held, value) : Math.min(held, value)
}
