import { createErrorFactory } from '@nexus/plugin-api'

const caller = (status: number, title: string) => ({ fault: 'caller', status, title }) as const

/** Every error of the registry that is not about a bundle, a signature or the database. */
export const registryErrors = {
  REQUEST_MALFORMED: caller(400, 'Malformed request'),
  REQUEST_INVALID: caller(422, 'Invalid request body'),
  UNAUTHENTICATED: caller(401, 'Token required'),
  FORBIDDEN: caller(403, 'Not allowed'),
  ROUTE_NOT_FOUND: caller(404, 'Nothing here'),
  PLUGIN_NOT_FOUND: caller(404, 'No such plugin'),
  RELEASE_NOT_FOUND: caller(404, 'No such release'),
  BLOB_NOT_FOUND: caller(404, 'No such bundle'),
  PUBLISHER_NOT_FOUND: caller(404, 'No such publisher'),
  KEY_NOT_FOUND: caller(404, 'No such key'),
  TOKEN_NOT_FOUND: caller(404, 'No such token'),
  UPLOAD_NOT_FOUND: caller(404, 'No such upload'),
  METHOD_NOT_ALLOWED: caller(405, 'Method not allowed'),
  RELEASE_EXISTS: caller(409, 'Release exists'),
  RELEASE_HELD: caller(409, 'Release held for a moderator'),
  RELEASE_WITHDRAWN: caller(409, 'Release was revoked'),
  PUBLISHER_EXISTS: caller(409, 'Publisher exists'),
  KEY_EXISTS: caller(409, 'Key exists'),
  BODY_TOO_LARGE: caller(413, 'Request body too large'),
  MEDIA_TYPE_UNSUPPORTED: caller(415, 'Media type not supported'),
  RELEASE_ID_MISMATCH: caller(422, 'Bundle is another plugin'),
  RELEASE_SIGNED_IN_FUTURE: caller(422, 'Signed in the future'),
  TOO_MANY_UPLOADS: caller(429, 'Too many uploads'),
  INTERNAL: { fault: 'host', status: 500, title: 'Internal error' },
  BUSY: { fault: 'host', status: 503, title: 'Registry is busy' },
  UNAVAILABLE: { fault: 'host', status: 503, title: 'Registry is not ready' },
  STORAGE_FULL: { fault: 'host', status: 507, title: 'No room left' },
  REGISTRY_DATA_INVALID: { fault: 'host', status: 500, title: 'Registry data damaged' },
  REGISTRY_CONFIG_INVALID: { fault: 'caller', status: 500, title: 'Registry configuration invalid' },
} as const

export const registryError = createErrorFactory(registryErrors)
