import type { ServerPackage } from '@nexus/registry/contract'
import type { ImportInput } from '../contract/index.ts'
import { importError } from './errors.ts'

type Argument = NonNullable<ServerPackage['packageArguments']>[number]
type Variable = NonNullable<ServerPackage['environmentVariables']>[number]
/** What `server.json` says of anything that may be filled in. */
export type Asked = Omit<Variable, 'name' | 'variables'> & {
  readonly variables?: Readonly<Record<string, Omit<Variable, 'name' | 'variables'>>> | undefined
}

const PLACE = /\{([A-Za-z0-9_.-]+)\}/g

/** A text with places to fill in, and what to ask for them. */
export interface Template {
  readonly inputs: readonly ImportInput[]
  /** `undefined` when nothing was given for an optional one. */
  fill(values: Readonly<Record<string, string>>): string | undefined
}

/** Reads one `Input` of the format: fixed, fixed with variables, or asked for as a whole. */
export function readTemplate(key: string, title: string, asked: Asked): Template {
  const { value } = asked
  if (value === undefined) {
    const input = toInput(key, title, asked)
    return { inputs: [input], fill: (values) => values[key] }
  }
  const variables = Object.entries(asked.variables ?? {}).filter(([name]) => value.includes(`{${name}}`))
  const inputs = variables.map(([name, variable]) => toInput(`${key}.${name}`, name, variable))
  return {
    inputs,
    fill: (values) =>
      value.replaceAll(PLACE, (place, name: string) =>
        // What is not among the variables stays as it is, says the format.
        asked.variables !== undefined && Object.hasOwn(asked.variables, name)
          ? (values[`${key}.${name}`] ?? '')
          : place,
      ),
  }
}

export function toInput(key: string, title: string, asked: Omit<Asked, 'variables'>): ImportInput {
  const { choices = [], format, description, placeholder } = asked
  const kind =
    choices.length > 0
      ? 'choice'
      : format === 'filepath'
        ? 'path'
        : format === 'number' || format === 'boolean'
          ? format
          : 'text'
  return {
    key,
    title,
    kind,
    secret: asked.isSecret === true,
    required: asked.isRequired === true,
    ...(description === undefined ? {} : { description }),
    ...(asked.default === undefined || asked.isSecret === true ? {} : { default: asked.default }),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(choices.length === 0 ? {} : { choices: [...choices] }),
  }
}

/** Arguments of a command line. Secrets do not belong there: other programs of the machine can read them. */
export function readArguments(list: readonly Argument[], prefix: string) {
  const parts = list.map((argument, index) => {
    const name = argument.type === 'named' ? argument.name : (argument.valueHint ?? `argument ${index + 1}`)
    const isFlag = argument.type === 'named' && argument.value === undefined && !asks(argument)
    const template = isFlag ? undefined : readTemplate(`${prefix}${index}`, name, argument)
    if (template?.inputs.some(({ secret }) => secret) === true) {
      throw importError(
        'IMPORT_SECRETS',
        `Expected secrets in environment variables, found \`${name}\` among the arguments, where every program of the machine can read it.`,
      )
    }
    return { flag: argument.type === 'named' ? argument.name : undefined, template }
  })
  return {
    inputs: parts.flatMap(({ template }) => template?.inputs ?? []),
    fill: (values: Readonly<Record<string, string>>): string[] =>
      parts.flatMap(({ flag, template }) => {
        if (template === undefined) return flag === undefined ? [] : [flag]
        const value = template.fill(values)
        if (value === undefined || value === '') return []
        return flag === undefined ? [value] : [flag, value]
      }),
  }
}

/** A named argument without value, default, choices or words about one is a mere flag. */
function asks({ default: preset, choices, placeholder, format, isRequired, isSecret }: Argument): boolean {
  const words = preset !== undefined || placeholder !== undefined || format !== undefined
  return words || (choices ?? []).length > 0 || isRequired === true || isSecret === true
}
