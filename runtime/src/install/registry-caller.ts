import type { RegistryRoute } from '@nexus/registry/contract'
import type { z } from 'zod'
import { createHttpAgent } from './http-agent.ts'
import { type Exchange, exchange, readAnswer } from './registry-exchange.ts'

/** Calls any route of the registry's contract by its row. */
export interface RegistryCaller extends AsyncDisposable {
  readonly url: string
  call<Route extends RegistryRoute>(
    route: Route,
    request?: Omit<Exchange, 'route'>,
  ): Promise<Route extends { readonly response: infer Schema extends z.ZodType } ? z.output<Schema> : undefined>
}

export function createRegistryCaller(url: string): RegistryCaller {
  const agent = createHttpAgent()
  return {
    url,
    async call(route, request = {}) {
      const bytes = await exchange(url, agent, { route, ...request })
      const { response } = route
      // oxlint-disable-next-line typescript/no-explicit-any, typescript/no-unsafe-type-assertion -- parsed by the schema of this very route
      return (typeof response === 'object' ? readAnswer(bytes, response) : undefined) as any
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  }
}
