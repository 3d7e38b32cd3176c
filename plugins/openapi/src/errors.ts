import { createErrorFactory } from '@nexus/plugin-api'

/** What can go wrong between a document and a call. */
export const openapiError = createErrorFactory({
  OPENAPI_CONFIG: { fault: 'caller', status: 422, title: 'Configuration does not fit' },
  OPENAPI_DOCUMENT: { fault: 'caller', status: 422, title: 'Not an OpenAPI 3 document' },
  OPENAPI_UNREACHABLE: { fault: 'caller', status: 502, title: 'OpenAPI document not loaded' },
  OPENAPI_EMPTY: { fault: 'caller', status: 422, title: 'No operation to offer' },
  OPENAPI_TOO_MANY: { fault: 'caller', status: 422, title: 'Too many operations' },
  OPENAPI_REFERENCE: { fault: 'caller', status: 422, title: 'Reference that leads nowhere' },
  OPENAPI_ARGUMENT: { fault: 'caller', status: 400, title: 'Argument does not fit' },
})
