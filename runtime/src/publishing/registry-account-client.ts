import { registryRoutes } from '@nexus/registry/contract'
import { Agent } from 'undici'
import type { z } from 'zod'
import { exchange, readAnswer } from '../install/index.ts'

type Routes = typeof registryRoutes

/** Routes that take and give JSON. */
type JsonRoute = {
  [Name in keyof Routes]: Routes[Name] extends { readonly response: z.ZodType }
    ? Name
    : Routes[Name] extends { readonly response: string }
      ? never
      : Name
}[keyof Routes]

type Answer<Name extends JsonRoute> = Routes[Name] extends { readonly response: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined

interface CallOptions {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
  /** Code of the second factor. */
  readonly otp?: string | undefined
}

/** Calls the registry by the names of its contract, as whoever the token belongs to. */
export interface RegistryAccountClient extends AsyncDisposable {
  readonly url: string
  call<Name extends JsonRoute>(name: Name, options?: CallOptions): Promise<Answer<Name>>
}

export function createRegistryAccountClient(url: string, token: string | undefined): RegistryAccountClient {
  const agent = new Agent()
  return {
    url,
    async call<Name extends JsonRoute>(name: Name, { params, query, body, otp }: CallOptions = {}) {
      const route: Routes[JsonRoute] = registryRoutes[name]
      const bytes = await exchange(url, agent, {
        route,
        ...(params === undefined ? {} : { params }),
        ...(query === undefined ? {} : { query }),
        ...(body === undefined ? {} : { json: body }),
        ...(token === undefined ? {} : { token }),
        ...(otp === undefined ? {} : { otp }),
      })
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parsed with the schema of this very route, or nothing
      return ('response' in route ? readAnswer(bytes, route.response) : undefined) as Answer<Name>
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  }
}
