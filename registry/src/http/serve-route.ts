import type { Context } from 'koa'
import type { z } from 'zod'
import type { RegistryRoute } from '../contract/routes/index.ts'
import { registryError } from '../errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { authorize } from './authorize.ts'
import { callerOf } from './caller.ts'
import type { BundleAnswer, StreamAnswer } from './handler-types.ts'
import { issuesOf, openBundleBody, readJsonBody } from './read-body.ts'

/** A handler as the server sees it: the schemas of its route guarantee the input's shape. */
export type AnyHandler = (input: {
  params: unknown
  query: unknown
  body: unknown
  actor: unknown
  caller: unknown
}) => Promise<unknown>

/** Checks one request against its route (who, where, what), lets the handler work, and writes the answer. */
export function serveRoute(
  route: RegistryRoute,
  handler: AnyHandler,
  store: RegistryStore,
  adminToken: string | undefined,
) {
  return async (context: Context): Promise<void> => {
    const actor = await authorize(context, route, store, adminToken)
    const params = parsePart(route.params, 'path', context['params'])
    const query = parsePart(route.query, 'query', { ...context.query })
    const body = await readBody(context, route)
    const answer = await handler({ params, query, body, actor, caller: callerOf(context) })
    context.status = route.status
    if (route.response === 'bundle') await answerBundle(context, answer as BundleAnswer) // oxlint-disable-line typescript/no-unsafe-type-assertion -- `Handlers` ties the answer to the route
    else if (route.response === 'stream') answerStream(context, answer as StreamAnswer) // oxlint-disable-line typescript/no-unsafe-type-assertion -- `Handlers` ties the answer to the route
    else if (route.response !== undefined) context.body = answer
  }
}

function parsePart(schema: z.ZodType | undefined, where: string, value: unknown): unknown {
  if (schema === undefined) return undefined
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw registryError(
    'REQUEST_MALFORMED',
    `Expected ${where} parameters as the API describes them, found others. See details.`,
    {
      details: { errors: issuesOf(parsed.error) },
    },
  )
}

async function readBody(context: Context, route: RegistryRoute): Promise<unknown> {
  if (route.body === undefined) return undefined
  return route.body === 'bundle' ? openBundleBody(context) : readJsonBody(context, route.body)
}

function answerStream(context: Context, { type, cacheControl, body }: StreamAnswer): void {
  context.set('cache-control', cacheControl)
  context.type = type
  context.body = body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : body
}

/** A bundle never changes: whoever has it may keep it for ever. */
async function answerBundle(context: Context, bundle: BundleAnswer): Promise<void> {
  const etag = `"${bundle.digest}"`
  context.set('etag', etag)
  context.set('cache-control', 'public, max-age=31536000, immutable')
  context.set('content-length', String(bundle.size))
  context.type = 'application/gzip'
  const isKnown = context
    .get('if-none-match')
    .split(',')
    .some((known) => known.trim() === etag)
  if (isKnown || context.method === 'HEAD') {
    await bundle.close()
    context.status = isKnown ? 304 : 200
    return
  }
  context.body = await bundle.open()
}
