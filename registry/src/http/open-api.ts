import {
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  createDocument,
} from 'zod-openapi'
import { problem } from '../contract/problem.ts'
import { type RegistryRoute, registryRoutes } from '../contract/routes/index.ts'
import { VERSION } from '../version.ts'

const BUNDLE = { 'application/gzip': { schema: { type: 'string', format: 'binary' } } } as const

const STREAM = { '*/*': { schema: { type: 'string', format: 'binary' } } } as const

/** The API as OpenAPI 3.1, made from the same table that serves it. */
export function createOpenApiDocument(): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {}
  for (const [name, route] of Object.entries<RegistryRoute>(registryRoutes)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describe(name, route) }
  }
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: { title: 'Nexus registry', version: VERSION, license: { name: 'Apache-2.0' } },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths,
  }
  return createDocument(document)
}

function describe(operationId: string, route: RegistryRoute): ZodOpenApiOperationObject {
  const { params, query, body } = route
  return {
    operationId,
    summary: route.summary,
    ...(route.access === 'public' ? {} : { security: [{ token: [] }] }),
    ...(params === undefined && query === undefined
      ? {}
      : { requestParams: { ...(params && { path: params }), ...(query && { query }) } }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body) } }),
    responses: {
      [`${route.status}`]: {
        description: route.summary,
        ...(route.response === undefined ? {} : { content: contentOf(route.response) }),
      },
      default: { description: 'A problem (RFC 9457).', content: { 'application/problem+json': { schema: problem } } },
    },
  }
}

function contentOf(part: NonNullable<RegistryRoute['response']>) {
  if (part === 'stream') return STREAM
  return part === 'bundle' ? BUNDLE : { 'application/json': { schema: part } }
}
