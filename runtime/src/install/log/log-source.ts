import {
  type ConsistencyProof,
  type LogHead,
  type LogPage,
  type LoggedRecord,
  registryRoutes as routes,
} from '@nexus/registry/contract'
import type { HttpAgent } from '../http-agent.ts'
import { exchange, readAnswer } from '../registry-exchange.ts'

/** Where a leaf is asked for: by its index, or by the release it published; in the tree of `size` leaves. */
export type LeafQuery = { readonly size?: number } & (
  | { readonly index: number }
  | { readonly id: string; readonly version: string }
)

/** A log to ask: a registry's, or the part of one that a mirror carries. Nothing it says is believed. */
export interface LogSource {
  head(signal?: AbortSignal): Promise<LogHead>
  entries(start: number, limit: number, signal?: AbortSignal): Promise<LogPage>
  inclusion(query: LeafQuery, signal?: AbortSignal): Promise<LoggedRecord>
  consistency(from: number, to: number, signal?: AbortSignal): Promise<ConsistencyProof>
}

/** The log of the registry at `url`. */
export function createLogSource(url: string, agent: HttpAgent): LogSource {
  const ask = (
    route: (typeof routes)[keyof typeof routes],
    query: Readonly<Record<string, string | number | undefined>>,
    signal: AbortSignal | undefined,
  ) => exchange(url, agent, { route, query, ...(signal === undefined ? {} : { signal }) })
  return {
    head: async (signal) => readAnswer(await ask(routes.logCheckpoint, {}, signal), routes.logCheckpoint.response),
    entries: async (start, limit, signal) =>
      readAnswer(await ask(routes.logEntries, { start, limit }, signal), routes.logEntries.response),
    inclusion: async (query, signal) =>
      readAnswer(await ask(routes.logInclusion, query, signal), routes.logInclusion.response),
    consistency: async (from, to, signal) =>
      readAnswer(await ask(routes.logConsistency, { from, to }, signal), routes.logConsistency.response),
  }
}
