import { valid } from 'semver'
import { packageError } from './errors.ts'
import { MAX_NAME_LENGTH, MAX_TAG_LENGTH } from './limits.ts'

const PLAIN = /^[A-Za-z0-9~-][A-Za-z0-9._~-]*$/
const SCOPED = /^@[a-z0-9~-][a-z0-9._~-]*\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/
const NEVER = new Set(['-', 'node_modules', 'favicon.ico'])

export function isPackageName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && (PLAIN.test(name) || SCOPED.test(name)) && !NEVER.has(name.toLowerCase())
}

/** A package name by npm's rules; capital letters are allowed because old packages have them. */
export function readPackageName(name: string): string {
  if (isPackageName(name)) return name
  throw packageError(
    'PACKAGE_NAME_INVALID',
    'Expected a package name such as `left-pad` or `@acme/weather`, found something else.',
  )
}

/** A version in the one spelling that npm uses, build metadata and all its aliases refused. */
export function readVersion(version: string): string {
  if (valid(version) === version && version.length <= 256) return version
  throw packageError(
    'PACKAGE_VERSION_INVALID',
    'Expected a canonical semantic version such as `1.2.3`, found something else.',
  )
}

/** A dist-tag: a label that cannot be taken for a version or a range. */
export function readTag(tag: string): string {
  if (/^[A-Za-z][\w.-]*$/.test(tag) && tag.length <= MAX_TAG_LENGTH && !/^[vx]?\d*(\.|$)/i.test(tag)) return tag
  throw packageError('TAG_INVALID', 'Expected a dist-tag such as `beta`, found something else or a version range.')
}

/** `acme` of `@acme/weather`; null without a scope. */
export function scopeOf(packageName: string): string | null {
  return packageName.startsWith('@') ? packageName.slice(1, packageName.indexOf('/')) : null
}

/** `acme/weather` of `@acme/weather`: the plugin that a package would be. */
export function pluginIdOf(packageName: string): string {
  return packageName.slice(1)
}

/** `@acme/weather` of `acme/weather`. */
export function packageNameOf(pluginId: string): string {
  return `@${pluginId}`
}

/** `weather-1.0.0.tgz`: how npm calls the bundle of a version. */
export function tarballName(packageName: string, version: string): string {
  return `${packageName.slice(packageName.indexOf('/') + 1)}-${version}.tgz`
}
