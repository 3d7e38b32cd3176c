import { createErrorFactory } from '@nexus/plugin-api'

export const httpErrors = {
  HTTP_BODY_MALFORMED: { fault: 'caller', status: 400, title: 'The request body is not JSON' },
  HTTP_REQUEST_MALFORMED: { fault: 'caller', status: 400, title: 'The request cannot be read' },
  HTTP_UNAUTHENTICATED: { fault: 'caller', status: 401, title: 'Sign in first' },
  HTTP_FORBIDDEN: { fault: 'caller', status: 403, title: 'Not allowed' },
  HTTP_CROSS_SITE: { fault: 'caller', status: 403, title: 'The request came from another site' },
  HTTP_NOT_FOUND: { fault: 'caller', status: 404, title: 'Nothing here' },
  HTTP_UI_MISSING: { fault: 'host', status: 404, title: 'The user interface is not built' },
  HTTP_METHOD: { fault: 'caller', status: 405, title: 'This method is not served here' },
  HTTP_BODY_SIZE: { fault: 'caller', status: 413, title: 'The request body is too large' },
  HTTP_MEDIA_TYPE: { fault: 'caller', status: 415, title: 'The request body is of another type' },
  HTTP_HOST: { fault: 'caller', status: 421, title: 'This host does not answer to that name' },
  HTTP_INVALID: { fault: 'caller', status: 422, title: 'The request does not fit' },
  HTTP_STREAMS_BUSY: { fault: 'caller', status: 429, title: 'Too many event streams are open' },
  HTTP_JOBS_BUSY: { fault: 'caller', status: 429, title: 'Too much work at once' },
  HTTP_RESPONSE_INVALID: { fault: 'host', status: 500, title: 'The answer does not fit its own description' },
  HTTP_METHOD_UNKNOWN: { fault: 'caller', status: 501, title: 'No such method' },
  HTTP_CLOSING: { fault: 'host', status: 503, title: 'The host is shutting down' },
} as const

export const httpError = createErrorFactory(httpErrors)
