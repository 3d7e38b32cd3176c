import { z } from 'zod'
import type { Permission } from '../../identity/principal.ts'

/** One route of the admin API: enough to serve it, to call it and to describe it in OpenAPI. */
export interface RouteDefinition {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the origin; `:name` is a parameter. */
  readonly path: string
  readonly summary: string
  /** What the caller must be allowed to do; `public` needs no sign-in, `signed-in` any principal. */
  readonly access: Permission | 'public' | 'signed-in'
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** Takes the raw body instead, up to so many bytes; its type is `application/octet-stream`. */
  readonly bytes?: number
  /** `undefined` answers 204 without a body. */
  readonly response?: z.ZodType
  /** Answers with an event stream instead (WHATWG server-sent events); each event's data is JSON of this. */
  readonly events?: z.ZodType
  readonly status?: 200 | 201 | 202 | 204
  /** Media type of the answer when it is not JSON; the response is text then. */
  readonly mediaType?: string
}

/** Routes of one area by name. */
export type RouteTable = Readonly<Record<string, RouteDefinition>>

/** Answer of routes that list everything there is. */
export const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) })
