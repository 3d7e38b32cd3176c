import { registryRoutes } from '@nexus/registry/contract'
import type { z } from 'zod'
import { createRegistryCaller } from '../install/index.ts'

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
  const caller = createRegistryCaller(url)
  return {
    url,
    async call<Name extends JsonRoute>(name: Name, { params, query, body, otp }: CallOptions = {}) {
      const answer = await caller.call(registryRoutes[name], {
        ...(params === undefined ? {} : { params }),
        ...(query === undefined ? {} : { query }),
        ...(body === undefined ? {} : { json: body }),
        ...(token === undefined ? {} : { token }),
        ...(otp === undefined ? {} : { otp }),
      })
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller parsed it with the schema of this very route
      return answer as Answer<Name>
    },
    [Symbol.asyncDispose]: () => caller[Symbol.asyncDispose](),
  }
}
