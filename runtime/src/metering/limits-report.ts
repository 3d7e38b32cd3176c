import type { PluginManifest } from '@nexus/plugin-api'
import { type LimitRequest, limitsFor } from '../sandbox/limits-for.ts'
import { type SandboxLimits, type SandboxProfile, sandboxLimitsSchema } from '../sandbox/profile.ts'
import { meteringError } from './errors.ts'

export type LimitName = keyof SandboxLimits

/** One limit and who decided on it. */
export interface LimitStanding {
  readonly name: LimitName
  readonly profile: number
  readonly manifest: number | undefined
  readonly admin: number | undefined
  readonly effective: number
  readonly source: 'profile' | 'manifest' | 'admin'
}

export const LIMIT_NAMES: readonly LimitName[] = sandboxLimitsSchema.keyof().options

/** Where each limit of an installation comes from. */
export function standingLimits(
  profile: SandboxProfile,
  manifest: PluginManifest,
  admin: LimitRequest,
): readonly LimitStanding[] {
  const asked: LimitRequest = manifest.sandbox.limits
  const effective = limitsFor(profile, asked, admin)
  const unnarrowed = limitsFor(profile, asked)
  return LIMIT_NAMES.map((name) => ({
    name,
    profile: profile.limits[name],
    manifest: asked[name],
    admin: admin[name],
    effective: effective[name],
    source:
      effective[name] !== unnarrowed[name]
        ? 'admin'
        : unnarrowed[name] !== profile.limits[name]
          ? 'manifest'
          : 'profile',
  }))
}

/** What is asked of the limits: a number narrows, `null` gives back. */
export type LimitsChange = Readonly<Record<string, number | null>>

/** The admin's limits after a change. Refuses what is no limit, no possible value, or wider than the profile. */
export function changedLimits(profile: SandboxProfile, admin: LimitRequest, change: LimitsChange): LimitRequest {
  const limits = new Map<string, number>()
  for (const [name, value] of Object.entries(admin)) if (value !== undefined) limits.set(name, value)
  const errors: { readonly path: string; readonly message: string }[] = []
  for (const [name, value] of Object.entries(change)) {
    const problem = value === null ? unknownLimit(name) : problemOf(profile, name, value)
    if (problem !== undefined) errors.push({ path: `limits.${name}`, message: problem })
    else if (value === null) limits.delete(name)
    else limits.set(name, value)
  }
  if (errors.length > 0) {
    throw meteringError(
      'LIMIT_INVALID',
      `Expected limits within the profile \`${profile.name}\`, found ${errors.map(({ path, message }) => `${path}: ${message}`).join(' ')}`,
      { details: { errors } },
    )
  }
  return sandboxLimitsSchema.partial().parse(Object.fromEntries(limits))
}

function unknownLimit(name: string): string | undefined {
  return LIMIT_NAMES.some((known) => known === name)
    ? undefined
    : `Expected one of ${LIMIT_NAMES.join(', ')}, found none of this name.`
}

function problemOf(profile: SandboxProfile, name: string, value: number): string | undefined {
  const known = LIMIT_NAMES.find((one) => one === name)
  if (known === undefined) return unknownLimit(name)
  const parsed = sandboxLimitsSchema.shape[known].safeParse(value)
  if (!parsed.success) return parsed.error.issues[0]?.message ?? 'Expected a whole number.'
  const most = profile.limits[known]
  // A coarser clock is the narrower one.
  const wider = known === 'clockResolutionMs' ? value < most : value > most
  if (!wider) return undefined
  return `Expected ${known === 'clockResolutionMs' ? 'at least' : 'at most'} the profile's ${most}, found ${value}.`
}
