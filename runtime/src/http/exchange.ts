import type { z } from 'zod'
import type { ApiRoute, RouteDefinition, apiRoutes } from '../contract/index.ts'
import type { Principal } from '../identity/principal.ts'
import type { Translate } from './language.ts'

type Definition<Name extends ApiRoute> = (typeof apiRoutes)[Name]

type ParameterNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParameterNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

/** What the handler of a route gets: everything parsed, checked and typed by the route's row in the table. */
export interface Exchange<Name extends ApiRoute> {
  readonly params: Readonly<Record<ParameterNames<Definition<Name>['path']>, string>>
  readonly query: Definition<Name> extends { readonly query: infer Schema extends z.ZodType }
    ? z.output<Schema>
    : undefined
  readonly body: Definition<Name> extends { readonly body: infer Schema extends z.ZodType }
    ? z.output<Schema>
    : undefined
  /** Absent on public routes. */
  readonly principal: Definition<Name>['access'] extends 'public' ? undefined : Principal
  /** The raw body as it arrives, of routes that take one. */
  readonly bytes: AsyncIterable<Uint8Array>
  readonly requestId: string
  readonly translate: Translate
  readonly remoteAddress: string
  /** Aborts when the client is gone. */
  readonly closed: AbortSignal
  readonly session: {
    readonly secret: string | undefined
    open(secret: string, expiresAt: Date): void
    close(): void
  }
}

/** Routes that answer with an event stream. */
export type EventRoute = {
  [Name in ApiRoute]: Definition<Name> extends { readonly events: z.ZodType } ? Name : never
}[ApiRoute]

/** What the handler of a route answers: the response schema's type, or nothing. */
type Answer<Name extends ApiRoute> =
  Definition<Name> extends { readonly response: infer Schema extends z.ZodType } ? z.input<Schema> : void

export type Handler<Name extends ApiRoute> = (exchange: Exchange<Name>) => Promise<Answer<Name>>

/** The parts of an exchange before the route's schemas gave them types. */
export type UntypedExchange = Omit<Exchange<ApiRoute>, 'params' | 'query' | 'body' | 'principal'> & {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly principal: Principal | undefined
}

/** A route of the table together with the code that answers it. */
export interface ServedRoute {
  readonly name: ApiRoute
  readonly definition: RouteDefinition
  answer(exchange: UntypedExchange): Promise<unknown>
}
