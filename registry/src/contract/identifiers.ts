import { PLUGIN_VERSION } from '@nexus/plugin-api'
import { z } from 'zod'

export const publisherId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,37}[a-z0-9])?$/, 'Expected 1 to 39 of a-z 0-9 -.')
export const pluginName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'Expected 1 to 64 of a-z 0-9 -.')
export const pluginVersion = z.string().max(64).regex(PLUGIN_VERSION, 'Expected a canonical semantic version.')

/** `sha512:` and 128 hex digits: the bytes of a bundle. */
export const bundleDigest = z.templateLiteral(['sha512:', z.string().regex(/^[0-9a-f]{128}$/)])

/** `sha256:` and 64 hex digits: a file, or a canonical text. */
export const fileDigest = z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)])

export const isoDate = z.iso.datetime()
