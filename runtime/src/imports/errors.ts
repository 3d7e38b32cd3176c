import { createErrorFactory } from '@nexus/plugin-api'

const caller = (status: number, title: string) => ({ fault: 'caller', status, title }) as const

/** Why a server does not become an installation here. */
export const importErrors = {
  IMPORT_SOURCE_UNKNOWN: caller(404, 'No such registry to import from'),
  IMPORT_SOURCE_EXISTS: caller(409, 'Name is in use'),
  IMPORT_SOURCE_ANSWER: caller(502, 'Registry answer not understood'),
  IMPORT_SERVER_UNKNOWN: caller(404, 'No such server'),
  IMPORT_OPTION_UNKNOWN: caller(404, 'No such way to run it'),
  IMPORT_PACKAGE_KIND: caller(422, 'Package of a kind that does not run here'),
  IMPORT_PACKAGE_VERSION: caller(422, 'Package without an exact version'),
  IMPORT_PACKAGE_REGISTRY: caller(422, 'Package of another package registry'),
  IMPORT_RUNTIME_ARGUMENTS: caller(422, 'Arguments of a runtime that is not used here'),
  IMPORT_TRANSPORT: caller(422, 'Transport not supported'),
  IMPORT_SECRETS: caller(422, 'Secret in a place that cannot keep it'),
  IMPORT_OTHER_REGISTRY: caller(422, 'Plugin of another registry'),
  IMPORT_INPUT: caller(422, 'Input missing or wrong'),
  IMPORT_BUNDLE_DIGEST: caller(422, 'Bundle is not the one that was named'),
  IMPORT_BUNDLE_UNKNOWN: caller(404, 'No such bundle'),
  IMPORT_BUNDLE_INVALID: caller(422, 'Bundle cannot be read'),
  IMPORT_BUNDLE_MANIFEST: caller(422, 'Manifest of the bundle cannot be used'),
  IMPORT_BUNDLE_PLATFORM: caller(422, 'Bundle is for another platform'),
  IMPORT_BUNDLE_SIZE: caller(413, 'Bundle too large'),
} as const

export const importError = createErrorFactory(importErrors)
