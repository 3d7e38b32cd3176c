import { z } from 'zod'
import { createDocument } from 'zod-openapi'
import { type RouteDefinition, apiRoutes, schemas } from '../contract/index.ts'
import { PROBLEM_TYPE } from './problem.ts'
import type { HostFacts } from './ports.ts'

type OpenApiObject = Parameters<typeof createDocument>[0]
type Operation = NonNullable<NonNullable<NonNullable<OpenApiObject['paths']>[string]>['get']>

/** The API's description, made from the same table that serves it. */
export function openApiDocument(host: Pick<HostFacts, 'version' | 'publicUrl'>): ReturnType<typeof createDocument> {
  const paths: NonNullable<OpenApiObject['paths']> = {}
  for (const [name, route] of Object.entries<RouteDefinition>(apiRoutes)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(name, route) }
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Nexus admin API',
      version: host.version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: host.publicUrl }],
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An access token (`nxs_…`).' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'nexus',
          description: 'The session of the UI; `__Host-nexus` with https.',
        },
      },
    },
  })
}

function operationOf(name: string, route: RouteDefinition): Operation {
  const status = route.status ?? (route.response === undefined && route.events === undefined ? 204 : 200)
  const parameters = [...route.path.matchAll(/:(\w+)/g)].map(([, parameter = '']) => [parameter, z.string()])
  return {
    operationId: name,
    summary: route.summary,
    description:
      route.access === 'public' || route.access === 'signed-in' ? '' : `Needs the permission \`${route.access}\`.`,
    security: route.access === 'public' ? [] : [{ token: [] }, { session: [] }],
    requestParams: {
      ...(parameters.length > 0 && { path: z.object(Object.fromEntries(parameters)) }),
      ...(route.query instanceof z.ZodObject && { query: route.query }),
      header: z.object({ 'x-nexus-workspace': z.string().optional().describe('Name of the workspace to act in.') }),
    },
    ...(route.bytes !== undefined && {
      requestBody: {
        required: true,
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
    }),
    ...(route.body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: route.body } } },
    }),
    responses: {
      [status]: {
        description: route.summary,
        ...(route.response !== undefined && {
          content: { [route.mediaType ?? 'application/json']: { schema: route.response } },
        }),
        ...(route.events !== undefined && { content: { 'text/event-stream': { itemSchema: route.events } } }),
      },
      default: {
        description: 'A problem document (RFC 9457).',
        content: { [PROBLEM_TYPE]: { schema: schemas.problem } },
      },
    },
  }
}

/** Every schema of the contract under its own name, so that the document repeats none. */
function componentSchemas(): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [`${name[0]?.toUpperCase()}${name.slice(1)}`, schema]),
  )
}
