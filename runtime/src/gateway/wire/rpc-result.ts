import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import { isJsonObject } from '../json-rpc.ts'
import type { MemberRange } from './scan-json.ts'

/** Below this many bytes one string is cheaper to send than the pieces it is made of. */
const JOIN_BELOW_BYTES = 8_192

/** Bytes to send, in order. */
export type JsonPieces = readonly (string | Uint8Array)[]

/**
 * The result of a JSON-RPC answer. A result that comes as text stays text: only the members somebody asks for are
 * parsed, and it is sent on from the bytes it arrived in. A result that the host made is a value.
 */
export class RpcResult {
  readonly #bytes: Uint8Array | undefined
  readonly #members: readonly MemberRange[]
  #value: JsonObject | undefined

  private constructor(value: JsonObject | undefined, bytes: Uint8Array | undefined, members: readonly MemberRange[]) {
    this.#value = value
    this.#bytes = bytes
    this.#members = members
  }

  static of(value: JsonObject): RpcResult {
    return new RpcResult(value, undefined, [])
  }

  /**
   * `bytes` is exactly one JSON object, valid UTF-8, which nobody changes from here on; `members` are its own, in their
   * order, with offsets into `bytes`.
   */
  static ofText(bytes: Uint8Array, members: readonly MemberRange[]): RpcResult {
    return new RpcResult(undefined, bytes, members)
  }

  /** One member, without parsing the others. */
  get(name: string): JsonValue | undefined {
    if (this.#value !== undefined) return this.#value[name]
    const range = this.#members.findLast((member) => member.name === name)
    if (range === undefined || this.#bytes === undefined) return undefined
    return parse(this.#bytes, range.start, range.end)
  }

  /** The whole result as a value. Large results should not need this: it builds all of it. */
  value(): JsonObject {
    if (this.#value === undefined) {
      const parsed = this.#bytes === undefined ? undefined : parse(this.#bytes, 0, this.#bytes.length)
      this.#value = isJsonObject(parsed) ? parsed : {}
    }
    return this.#value
  }

  /** The length of the text it came as; `undefined` for a value. */
  byteLength(): number | undefined {
    return this.#bytes?.length
  }

  /** JSON text of the result with some members set: their values replace what was there. */
  pieces(set: JsonObject): JsonPieces {
    const bytes = this.#bytes
    if (bytes === undefined) return [JSON.stringify({ ...this.#value, ...set })]
    const kept = this.#members.filter(({ name }) => !Object.hasOwn(set, name))
    const replaced = kept.length < this.#members.length
    const added = JSON.stringify(set)
    if (kept.length === 0) return [added]
    const head = added === '{}' ? '{' : `${added.slice(0, -1)},`
    const runs = replaced ? runsOf(kept, bytes) : [withoutBrace(bytes)]
    if (bytes.length > JOIN_BELOW_BYTES) return [head, ...runs, '}']
    return [`${head}${runs.map((run) => (typeof run === 'string' ? run : textOf(run))).join('')}}`]
  }
}

/** Neighbouring members as they came, each run in one piece. */
function runsOf(kept: readonly MemberRange[], bytes: Uint8Array): JsonPieces {
  return kept.flatMap(({ name, start, end }, index) => [
    `${index === 0 ? '' : ','}${JSON.stringify(name)}:`,
    bytes.subarray(start, end),
  ])
}

/** Between the braces of an object. */
function withoutBrace(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(bytes.indexOf(0x7b) + 1, bytes.lastIndexOf(0x7d))
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}

function parse(bytes: Uint8Array, start: number, end: number): JsonValue {
  const value: JsonValue = JSON.parse(textOf(bytes.subarray(start, end)))
  return value
}
