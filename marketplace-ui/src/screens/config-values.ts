import type { ConfigFieldView } from '@nexus/runtime/contract'

export type ConfigValues = Readonly<Record<string, unknown>>

/** What a text of the manifest's optional keys is, read with care: the field is a loose object. */
export const textOf = (field: ConfigFieldView, key: string): string | undefined => {
  const value = field[key]
  return typeof value === 'string' ? value : undefined
}

export const numberOf = (field: ConfigFieldView, key: string): number | undefined => {
  const value = field[key]
  return typeof value === 'number' ? value : undefined
}

/** What the manifest calls a value of an enumeration; the value itself where it has no name. */
export function labelOf(field: ConfigFieldView, value: string): string {
  const labels = field['labels']
  const label: unknown = typeof labels === 'object' && labels !== null ? Reflect.get(labels, value) : undefined
  return typeof label === 'string' ? label : value
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

export function pairsOf(value: unknown): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).map(([name, secret]) => [name, typeof secret === 'string' ? secret : ''])
}

/** The values a form starts with: the manifest's defaults, unless there are values already. */
export function initialValues(fields: readonly ConfigFieldView[], existing: ConfigValues = {}): ConfigValues {
  const defaults = fields
    .filter((field) => field['default'] !== undefined)
    .map((field) => [field.name, field['default']] as const)
  return { ...Object.fromEntries(defaults), ...existing }
}

/** A value changed; emptied fields disappear, so that "not given" and "empty" never differ. */
export function withValue(values: ConfigValues, name: string, value: unknown): ConfigValues {
  const empty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  const rest = Object.fromEntries(Object.entries(values).filter(([key]) => key !== name))
  return empty ? rest : { ...rest, [name]: value }
}

/** A form with more fields than this folds those away that can stay as they are. */
const SHORT_FORM = 8

const hasUsualValue = (field: ConfigFieldView): boolean =>
  !field.required && (field['default'] !== undefined || field.type === 'number')

/** What a form shows at once, and what it folds away: in a long one, what has a default and the limits. */
export function partFields(fields: readonly ConfigFieldView[]): {
  readonly shown: readonly ConfigFieldView[]
  readonly folded: readonly ConfigFieldView[]
} {
  if (fields.length <= SHORT_FORM) return { shown: fields, folded: [] }
  return { shown: fields.filter((field) => !hasUsualValue(field)), folded: fields.filter(hasUsualValue) }
}
