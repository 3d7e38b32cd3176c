import { z } from 'zod'
import { type ApiRoute, type RouteDefinition, apiRoutes } from '../contract/index.ts'
import { httpError } from './errors.ts'
import { type EventSource, type ServerEvent, openEventStream } from './event-stream.ts'
import type { EventRoute, Exchange, Handler, ServedRoute, UntypedExchange } from './exchange.ts'

/**
 * Binds a handler to a route of the table. Query and body arrive parsed by the route's schemas; the answer passes the
 * response schema too, so that nothing the description does not name can leave the host.
 */
export function serveRoute<Name extends ApiRoute>(name: Name, handler: Handler<Name>): ServedRoute {
  const definition: RouteDefinition = apiRoutes[name]
  return {
    name,
    definition,
    async answer(exchange) {
      const parsed: UntypedExchange = {
        ...exchange,
        query: parse(definition.query, exchange.query, 'query'),
        body: parse(definition.body, exchange.body, ''),
      }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parse above and the router's access check make it true
      const typed = parsed as unknown as Exchange<Name>
      return checkAnswer(definition, await handler(typed))
    },
  }
}

/** Binds a source of events to a route of the table that streams. Each event passes the route's schema. */
export function serveEvents<Name extends EventRoute>(
  name: Name,
  open: (exchange: Exchange<Name>) => Promise<EventSource>,
  closing: () => boolean,
): ServedRoute {
  const definition: RouteDefinition = apiRoutes[name]
  return {
    name,
    definition,
    async answer(exchange) {
      const parsed: UntypedExchange = { ...exchange, query: parse(definition.query, exchange.query, 'query') }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parse above and the router's access check make it true
      const source = await open(parsed as unknown as Exchange<Name>)
      const checked = ({ id, data }: ServerEvent): ServerEvent => ({ id, data: definition.events?.parse(data) })
      const events: EventSource = {
        first: source.first.map(checked),
        listen: (push) => source.listen((event) => push(checked(event))),
      }
      return openEventStream(events, exchange.closed, closing)
    },
  }
}

function parse(schema: z.ZodType | undefined, value: unknown, prefix: string): unknown {
  if (schema === undefined) return undefined
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.flatMap((issue) => issuesOf(issue, prefix))
  throw httpError(
    'HTTP_INVALID',
    `Expected a request as the API describes it, found ${errors.length} thing(s) wrong with it.`,
    {
      details: { errors },
    },
  )
}

function issuesOf(issue: z.core.$ZodIssue, prefix: string): { readonly path: string; readonly message: string }[] {
  const path = [prefix, ...issue.path.map(String)].filter((part) => part !== '').join('.')
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
  return issue.keys.map((key) => ({ path: path === '' ? key : `${path}.${key}`, message: 'Not a known member.' }))
}

function checkAnswer(definition: RouteDefinition, answer: unknown): unknown {
  if (definition.response === undefined) return undefined
  const parsed = definition.response.safeParse(answer)
  if (parsed.success) return parsed.data
  throw httpError(
    'HTTP_RESPONSE_INVALID',
    `${definition.method} ${definition.path} made an answer that its schema refuses: ${z.prettifyError(parsed.error)}`,
  )
}
