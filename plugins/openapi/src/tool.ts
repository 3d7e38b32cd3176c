import {
  HIDDEN_CHARACTERS,
  type JsonObject,
  type JsonValue,
  type ToolContribution,
  isJsonObject,
} from '@nexus/plugin-api'
import { MAX_DESCRIPTION, MAX_TITLE } from './limits.ts'
import type { OpenApiDocument } from './load-document.ts'
import { createNamer } from './name.ts'
import type { Operation, Parameter } from './operation.ts'
import { createSchemaWriter } from './schema.ts'

/** A tool and how its arguments reach the operation. */
export interface OperationTool {
  readonly definition: ToolContribution
  readonly operation: Operation
  /** Argument name to the parameter it fills. */
  readonly parameters: ReadonlyMap<string, Parameter>
  /** Name of the argument that is the body. */
  readonly bodyArgument: string | undefined
}

/** Describes an operation as a tool. */
export function createTool(document: OpenApiDocument, operation: Operation, name: string): OperationTool {
  const writer = createSchemaWriter(document)
  const nameArgument = createNamer()
  const properties = new Map<string, JsonValue>()
  const required: string[] = []
  const parameters = new Map<string, Parameter>()
  for (const parameter of operation.parameters) {
    const argument = nameArgument(parameter.name)
    properties.set(argument, describe(writer.write(parameter.schema ?? { type: 'string' }), parameter.description))
    parameters.set(argument, parameter)
    if (parameter.required) required.push(argument)
  }
  const bodyArgument = operation.body === undefined ? undefined : nameArgument('body')
  if (operation.body !== undefined && bodyArgument !== undefined) {
    properties.set(bodyArgument, describe(writer.write(operation.body.schema), operation.body.description))
    if (operation.body.required) required.push(bodyArgument)
  }
  const definitions = writer.definitions()
  const inputSchema = cleanSchema({
    type: 'object' as const,
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
    ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
  })
  const title = operation.title === undefined ? '' : visible(operation.title, MAX_TITLE)
  return {
    definition: {
      name,
      ...(title === '' ? {} : { title }),
      description: describeOperation(operation),
      inputSchema,
      annotations: annotate(operation),
    },
    operation,
    parameters,
    bodyArgument,
  }
}

function describe(schema: JsonValue, description: string | undefined): JsonValue {
  if (description === undefined) return schema
  if (!isJsonObject(schema)) return { description }
  return '$ref' in schema ? { allOf: [schema], description } : { ...schema, description }
}

function describeOperation(operation: Operation): string {
  const parts = [operation.title, operation.description].filter((part) => part !== undefined)
  const text = visible([...new Set(parts)].join('\n\n'), MAX_DESCRIPTION - 300)
  const line = visible(`${operation.method.toUpperCase()} ${operation.path}`, 200)
  return text === '' ? line : `${text}\n\n${line}`
}

/** Hints from the method's meaning. Source: RFC 9110 section 9.2. */
function annotate(operation: Operation): NonNullable<ToolContribution['annotations']> {
  const isReading = operation.method === 'get' || operation.method === 'head'
  if (isReading) return { readOnlyHint: true, openWorldHint: true }
  const isIdempotent = operation.method === 'put' || operation.method === 'delete'
  return {
    readOnlyHint: false,
    destructiveHint: operation.method !== 'post',
    idempotentHint: isIdempotent,
    openWorldHint: true,
  }
}

const HIDDEN = new RegExp(HIDDEN_CHARACTERS.source, 'gu')

/** The text without hidden characters, at most `max` UTF-16 units. */
function visible(text: string, max: number): string {
  const clean = text.replaceAll('\r', '').replace(HIDDEN, '').trim()
  if (clean.length <= max) return clean
  const cut = clean.slice(0, max - 1)
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`
}

/** Schemas are read by models too: no text in them keeps hidden characters. */
function cleanSchema<Schema extends JsonObject>(schema: Schema): Schema {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- texts stay texts, so the form is the same
  return JSON.parse(JSON.stringify(schema), withoutHidden) as Schema
}

function withoutHidden(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(HIDDEN, '') : value
}
