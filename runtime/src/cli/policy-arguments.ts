import { type TrustPolicyChange, schemas } from '../contract/index.ts'
import { cliError } from './errors.ts'

const LISTS = ['blockedPublishers', 'ageExceptions', 'licenses', 'channels']

/** Rules of the policy as a command line spells them: `rule=value`, lists with commas, `any` for no restriction. */
export function parsePolicyArguments(rules: readonly string[]): TrustPolicyChange {
  const change = Object.fromEntries(rules.map(parseRule))
  const parsed = schemas.trustPolicyChange.safeParse(change)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const known = Object.keys(schemas.trustPolicyChange.shape).join(', ')
  throw cliError(
    'CLI_USAGE',
    `Expected rules of the policy, found ${issue?.path.join('.') || rules.join(' ')}: ${issue?.message}. There are: ${known}.`,
  )
}

function parseRule(text: string): readonly [string, unknown] {
  const at = text.indexOf('=')
  if (at < 1) throw cliError('CLI_USAGE', `Expected \`rule=value\`, found ${text}.`)
  const [rule, value] = [text.slice(0, at), text.slice(at + 1)]
  return [rule, LISTS.includes(rule) ? parseList(value) : parseValue(value)]
}

function parseList(value: string): readonly string[] | null {
  if (value === 'any') return null
  return value === '' || value === 'none' ? [] : value.split(',').map((item) => item.trim())
}

function parseValue(value: string): unknown {
  if (value === 'true' || value === 'yes') return true
  if (value === 'false' || value === 'no') return false
  return /^\d+$/.test(value) ? Number(value) : value
}
