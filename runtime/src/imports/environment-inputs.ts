import type { ServerPackage } from '@nexus/registry/contract'
import type { Given } from './draft.ts'
import { importError } from './errors.ts'
import { readTemplate, toInput } from './argument-inputs.ts'

type Variable = NonNullable<ServerPackage['environmentVariables']>[number]

/** What `nexus/stdio` refuses as a name. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

/**
 * Environment variables of a package: plain ones become `env`, secret ones `secretEnv` by the name of a secret. A variable
 * that only holds a secret somewhere is asked for as a whole: the host puts secrets in whole or not at all.
 */
export function readEnvironment(variables: readonly Variable[]) {
  const parts = variables.map((variable, index) => {
    if (!NAME.test(variable.name)) {
      throw importError(
        'IMPORT_INPUT',
        `Expected names of environment variables, found \`${variable.name.slice(0, 40)}\`.`,
      )
    }
    const key = `env${index}`
    const holdsSecret = Object.values(variable.variables ?? {}).some(({ isSecret }) => isSecret === true)
    if (variable.isSecret === true || holdsSecret) {
      const { value, ...asked } = variable
      const placeholder = value ?? asked.placeholder
      const whole = { ...asked, isSecret: true, isRequired: asked.isRequired === true || holdsSecret }
      const input = toInput(key, variable.name, placeholder === undefined ? whole : { ...whole, placeholder })
      return { name: variable.name, key, secret: true as const, inputs: [input], fill: () => undefined }
    }
    const template = readTemplate(key, variable.name, variable)
    return { name: variable.name, key, secret: false as const, inputs: template.inputs, fill: template.fill }
  })
  return {
    inputs: parts.flatMap(({ inputs }) => inputs),
    fill({ values, secrets }: Given) {
      const env = parts.flatMap(({ name, secret, fill }) => {
        const value = secret ? undefined : fill(values)
        return value === undefined ? [] : [`${name}=${value}`]
      })
      const secretEnv = Object.fromEntries(
        parts.flatMap(({ name, key, secret }) => {
          const chosen = secret ? secrets[key] : undefined
          return chosen === undefined ? [] : [[name, chosen]]
        }),
      )
      return { ...(env.length > 0 && { env }), ...(Object.keys(secretEnv).length > 0 && { secretEnv }) }
    },
  }
}
