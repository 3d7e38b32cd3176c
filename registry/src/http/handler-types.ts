import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { Actor } from '../accounts/actor.ts'
import type { RegistryRoute, registryRoutes } from '../contract/routes/index.ts'
import type { Caller } from './caller.ts'

type Part<Route, Name extends string> = Route extends Record<Name, z.ZodType> ? z.output<Route[Name]> : undefined

/** What a handler gets: every part already checked by the route's schemas. */
interface Input<Route> {
  readonly params: Part<Route, 'params'>
  readonly query: Part<Route, 'query'>
  readonly body: Route extends { readonly body: 'bundle' } ? AsyncIterable<unknown> : Part<Route, 'body'>
  readonly actor: Actor | undefined
  readonly caller: Caller
}

/** Bytes to stream instead of a JSON answer. */
export interface BundleAnswer {
  readonly digest: string
  readonly size: number
  /** Counts a download and opens the bytes; not called when the caller has them already. */
  open(): Promise<Readable>
  /** Called when the caller turned out to have the bytes already. */
  close(): Promise<void>
}

/** Bytes that are not JSON of the contract, sent as they come. */
export interface StreamAnswer {
  readonly type: string
  readonly cacheControl: string
  readonly body: Readable | Uint8Array
}

type Output<Route> = Route extends { readonly response: 'bundle' }
  ? BundleAnswer
  : Route extends { readonly response: 'stream' }
    ? StreamAnswer
    : Route extends { readonly response: z.ZodType }
      ? z.input<Route['response']>
      : void

/** One handler per route of an area; a missing one does not compile. */
export type HandlersOf<Area extends Readonly<Record<string, RegistryRoute>>> = {
  readonly [Name in keyof Area]: (input: Input<Area[Name]>) => Promise<Output<Area[Name]>>
}

/** One handler per route of the contract. */
export type Handlers = HandlersOf<typeof registryRoutes>
