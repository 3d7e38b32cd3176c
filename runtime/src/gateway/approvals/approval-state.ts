import type { JsonObject } from '@nexus/plugin-api'
import { isJsonObject } from '../json-rpc.ts'

/** Seals what a client carries between the rounds of its call. */
export interface StateSeal {
  seal(bound: string, payload: JsonObject): string
  /** `undefined` for what was not sealed for this, was changed, or has expired. */
  open(bound: string, text: string): JsonObject | undefined
}

/** What a modern client brings back with its retry. */
export type ApprovalState =
  | { readonly phase: 'waiting'; readonly id: string; readonly holds: number }
  | {
      /** The call ran, and its upstream wants input before it goes on. */
      readonly phase: 'running'
      readonly id: string
      readonly round: number
      /** The state of the upstream. */
      readonly inner: string | undefined
    }

/** Marks the states of this room. */
const MARK = 'nxap.'

/** Whether a request brings a state of this room back. Two look-ups: it runs for every call. */
export function carriesApproval(params: JsonObject | undefined): boolean {
  const state = params?.['requestState']
  return typeof state === 'string' && state.startsWith(MARK)
}

export function sealState(seal: StateSeal, bound: string, state: ApprovalState): string {
  const payload: JsonObject =
    state.phase === 'waiting'
      ? { phase: state.phase, id: state.id, holds: state.holds }
      : { phase: state.phase, id: state.id, round: state.round, inner: state.inner ?? null }
  return `${MARK}${seal.seal(bound, payload)}`
}

/** `undefined` without a state, and for one that does not belong to this call: then the call begins anew. */
export function openState(seal: StateSeal, bound: string, params: JsonObject | undefined): ApprovalState | undefined {
  const text = params?.['requestState']
  if (typeof text !== 'string' || !text.startsWith(MARK)) return undefined
  const payload = seal.open(bound, text.slice(MARK.length))
  const id = payload?.['id']
  if (payload === undefined || typeof id !== 'string') return undefined
  const { phase, holds, round, inner } = payload
  if (phase === 'waiting' && typeof holds === 'number') return { phase, id, holds }
  if (phase !== 'running' || typeof round !== 'number') return undefined
  return { phase, id, round, inner: typeof inner === 'string' ? inner : undefined }
}

/** The parameters without what belongs to this room, with the state that is the upstream's. */
export function paramsWithout(params: JsonObject | undefined, inner: string | undefined): JsonObject {
  const { requestState: _state, inputResponses, ...rest } = params ?? {}
  const responses = isJsonObject(inputResponses)
    ? Object.fromEntries(Object.entries(inputResponses).filter(([key]) => key !== INPUT_KEY))
    : {}
  return {
    ...rest,
    ...(Object.keys(responses).length === 0 ? {} : { inputResponses: responses }),
    ...(inner === undefined ? {} : { requestState: inner }),
  }
}

/** Under this key a modern client is asked. */
export const INPUT_KEY = 'nexus_approval'
