import { join } from 'node:path'
import type { ImportInput } from '../contract/index.ts'
import type { Draft, Given } from './draft.ts'
import { importError } from './errors.ts'
import type { McpbField, McpbManifest } from './mcpb-manifest.ts'

const PLACE = /\$\{([^{}]*)\}/g
const FIELD = /^user_config\.([A-Za-z0-9_-]+)$/
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

/**
 * An MCPB bundle for `nexus/stdio`. `folder` is where it will be unpacked. Its signature, if it has one, is not what it
 * is believed by: the SHA-256 that the operator or the registry named is.
 */
export function draftMcpb(manifest: McpbManifest, folder: string, platform: NodeJS.Platform = process.platform): Draft {
  checkPlatform(manifest, platform)
  const command = commandOf(manifest, platform)
  const inputs = Object.entries(manifest.user_config).map(([key, field]) => toInput(key, field))
  const fields = manifest.user_config
  refuseSecretsIn(command.args, fields)
  for (const name of Object.keys(command.env)) {
    if (!NAME.test(name)) throw unusable(`Expected names of environment variables, found \`${name.slice(0, 40)}\`.`)
  }
  return {
    title: `bundle ${manifest.name}@${manifest.version}`,
    pluginId: 'nexus/stdio',
    notes: [
      'network-closed',
      'signature-not-checked',
      ...(manifest.server.type === 'node' ? [] : (['runs-on-host'] as const)),
    ],
    inputs,
    configure: (given) => configure(command, fields, folder, given, inputs),
  }
}

type Command = ReturnType<typeof commandOf>
type Fields = Readonly<Record<string, McpbField>>

function configure(command: Command, fields: Fields, folder: string, given: Given, inputs: readonly ImportInput[]) {
  const fill = (text: string) => fillText(text, folder, given)
  const args = command.args.flatMap((text) => spread(text, fields, given) ?? [fill(text)]).filter((text) => text !== '')
  const env: string[] = []
  const secretEnv: Record<string, string> = {}
  for (const [name, text] of Object.entries(command.env)) {
    const secret = secretIn(text, fields)
    const chosen = secret === undefined ? undefined : given.secrets[secret]
    if (chosen !== undefined) secretEnv[name] = chosen
    else if (secret === undefined) env.push(`${name}=${fill(text)}`)
  }
  const own = inputs.filter(({ kind }) => kind === 'path').flatMap(({ key }) => lines(given.values[key]))
  return {
    command: command.command === 'node' ? process.execPath : fill(command.command),
    ...(args.length > 0 && { args }),
    ...(env.length > 0 && { env }),
    ...(Object.keys(secretEnv).length > 0 && { secretEnv }),
    readFolders: [folder, ...own],
  }
}

function commandOf({ server }: McpbManifest, platform: NodeJS.Platform) {
  const { platform_overrides: overrides, ...base } = server.mcp_config
  const known = platform === 'darwin' || platform === 'win32' || platform === 'linux' ? platform : undefined
  const merged = { ...base, ...(known === undefined ? {} : overrides?.[known]) }
  const entry = '${__dirname}/' + server.entry_point
  const command = merged.command ?? (server.type === 'binary' ? entry : server.type === 'node' ? 'node' : undefined)
  if (command === undefined) throw unusable(`Expected a command for a ${server.type} server, found none.`)
  if (/[\s\0]/.test(command)) throw unusable('Expected a command without spaces, found one with arguments in it.')
  const args = merged.args ?? (server.type === 'binary' ? [] : [entry])
  return { command, args, env: merged.env ?? {} }
}

function checkPlatform({ compatibility }: McpbManifest, platform: NodeJS.Platform): void {
  const platforms = compatibility?.platforms
  if (platforms === undefined || platforms.includes(platform)) return
  throw importError(
    'IMPORT_BUNDLE_PLATFORM',
    `Expected a bundle for ${platform}, found one for ${platforms.join(', ')} only.`,
  )
}

function toInput(key: string, field: McpbField): ImportInput {
  const { type, description, default: preset } = field
  const kind = type === 'string' ? 'text' : type === 'directory' || type === 'file' ? 'path' : type
  const text = Array.isArray(preset) ? preset.join(', ') : preset === undefined ? undefined : String(preset)
  const usable = text !== undefined && !field.sensitive && !PLACE.test(text)
  PLACE.lastIndex = 0
  return {
    key,
    title: field.title,
    kind,
    secret: field.sensitive,
    required: field.required,
    ...(description === undefined ? {} : { description }),
    ...(usable ? { default: text } : {}),
  }
}

/** The secret that an environment variable holds. One that holds more than the secret cannot be filled by the host. */
function secretIn(text: string, fields: Fields): string | undefined {
  const names = [...text.matchAll(PLACE)].flatMap(([, place = '']) => FIELD.exec(place)?.[1] ?? [])
  const secret = names.find((name) => fields[name]?.sensitive === true)
  if (secret === undefined || text === `\${user_config.${secret}}`) return secret
  throw importError(
    'IMPORT_SECRETS',
    `Expected a secret as the whole value of an environment variable, found more around ${fields[secret]?.title ?? secret}. Install nexus/stdio by hand.`,
  )
}

function refuseSecretsIn(args: readonly string[], fields: Fields): void {
  for (const text of args) {
    for (const [, place = ''] of text.matchAll(PLACE)) {
      const name = FIELD.exec(place)?.[1]
      if (name === undefined || fields[name]?.sensitive !== true) continue
      throw importError(
        'IMPORT_SECRETS',
        `Expected secrets in environment variables, found ${fields[name].title} among the arguments, where every program of the machine can read it.`,
      )
    }
  }
}

/** An argument that is nothing but a field with several values becomes several arguments. */
function spread(text: string, fields: Fields, { values }: Given): readonly string[] | undefined {
  const name = /^\$\{user_config\.([A-Za-z0-9_-]+)\}$/.exec(text)?.[1]
  if (name === undefined || fields[name]?.multiple !== true) return undefined
  return lines(values[name])
}

function lines(value: string | undefined): readonly string[] {
  return value === undefined || value === '' ? [] : [value]
}

function fillText(text: string, folder: string, { values }: Given): string {
  return text.replaceAll(PLACE, (_, place: string) => {
    if (place === '__dirname') return folder
    if (place === '/' || place === 'pathSeparator') return join('/')
    const name = FIELD.exec(place)?.[1]
    if (name !== undefined) return values[name] ?? ''
    throw unusable(`Expected \${__dirname} and \${user_config.…} in the command, found \${${place.slice(0, 40)}}.`)
  })
}

function unusable(message: string): Error {
  return importError('IMPORT_BUNDLE_MANIFEST', message)
}
