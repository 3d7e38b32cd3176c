import { isMap, isNode, isScalar, LineCounter, parseDocument, stringify, type Document } from 'yaml'
import { z } from 'zod'
import { virtualServerRequest } from '../../contract/schemas.ts'
import type { VirtualServerDefinition } from '../../store/virtual-server-row.ts'
import { gatewayError } from '../errors.ts'
import { type DefinitionFault, faultsOf, pickFaults } from './check-request.ts'
import { definitionOf } from './definition.ts'
import { MAX_YAML_LENGTH } from './limits.ts'

/** The form of the file; grows when a later one means something else. */
const YAML_VERSION = 1

const file = virtualServerRequest.extend({ version: z.literal(YAML_VERSION) })

/** Something wrong with a file, for people: lines count from 1. */
interface FileFault {
  readonly line: number
  readonly path: string
  readonly message: string
}

function refused(faults: readonly FileFault[]) {
  const [first] = faults
  const where =
    first === undefined ? '' : `line ${first.line}: ${first.path === '' ? '' : `\`${first.path}\`: `}${first.message}`
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  return gatewayError('VIRTUAL_SERVER_YAML', `Expected a virtual server as YAML, found trouble in ${where}${more}`, {
    details: { errors: faults.map(({ line, path, message }) => ({ line, path, message: `Line ${line}: ${message}` })) },
  })
}

/** The line of a member's key, or of the nearest thing above it that is written down. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const parent = length === 0 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const name = path[length - 1]
    const key = isMap(parent)
      ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === name)?.key
      : undefined
    const node = key ?? (length === 0 ? parent : document.getIn(path.slice(0, length), true))
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}

/**
 * Reads a virtual server from YAML. Fails with `VIRTUAL_SERVER_YAML` and the line of each fault: what is not YAML, unknown
 * and repeated members, values out of bounds. Aliases are refused: a small file must not become a large one.
 */
export function readServerYaml(text: string): VirtualServerDefinition {
  if (text.length > MAX_YAML_LENGTH) {
    throw refused([
      { line: 1, path: '', message: `at most ${MAX_YAML_LENGTH} characters are read, found ${text.length}.` },
    ])
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', uniqueKeys: true, prettyErrors: false })
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }): FileFault => {
    return { line: lines.linePos(pos[0]).line, path: '', message }
  })
  if (broken.length > 0) throw refused(broken)
  const parsed = file.safeParse(valueOf(document))
  const told = (faults: readonly DefinitionFault[]) =>
    refused(
      faults.map(({ path, message }) => ({
        line: lineOf(document, lines, path),
        path: path.map(String).join('.'),
        message,
      })),
    )
  if (!parsed.success) throw told(faultsOf(parsed.error.issues))
  const { version: _, ...request } = parsed.data
  const definition = definitionOf(request)
  const faults = pickFaults(definition)
  if (faults.length > 0) throw told(faults)
  return definition
}

function valueOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch {
    throw refused([{ line: 1, path: '', message: 'Aliases (`*name`) are not read. Write the value out.' }])
  }
}

/** What a file that says nothing of it means. */
function isUnsaid({ mode, above }: VirtualServerDefinition['toolSearch']): boolean {
  return mode === 'auto' && above === undefined
}

/** A virtual server as YAML that reads back as the same definition; what is empty is left out. */
export function writeServerYaml(definition: VirtualServerDefinition): string {
  const written = {
    version: YAML_VERSION,
    name: definition.name,
    title: definition.title,
    description: definition.description,
    prefixMode: definition.prefixMode,
    tools: definition.tools,
    prompts: definition.prompts,
    resources: definition.resources,
    resourceTemplates: definition.resourceTemplates,
    include: definition.include,
    exclude: definition.exclude,
    access: definition.access,
    rules: definition.rules,
    rate: definition.rate,
    toolSearch: isUnsaid(definition.toolSearch) ? {} : definition.toolSearch,
  }
  const said = Object.entries(written).filter(
    ([, value]) => value !== '' && (typeof value !== 'object' || Object.keys(value).length > 0),
  )
  return stringify(Object.fromEntries(said), { schema: 'core', lineWidth: 0, aliasDuplicateObjects: false })
}
