import type { EntitySchemaColumnOptions, EntitySchemaOptions } from 'typeorm'

// Column kinds that mean the same on SQLite and PostgreSQL.

/** Instants are ISO 8601 text in UTC with milliseconds: it sorts as time does, on both dialects. */
const isoDate = {
  to: (value: Date | null | undefined) => (value instanceof Date ? value.toISOString() : value),
  from: (value: string | null) => (value === null ? null : new Date(value)),
}

/** PostgreSQL hands 64-bit integers over as text. */
const wholeNumber = {
  to: (value: number | undefined) => value,
  from: (value: string | number) => Number(value),
}

/** A column of the primary key; all columns of one key name the same constraint. */
export function key(name: string, constraint: string): EntitySchemaColumnOptions {
  return { name, type: 'text', primary: true, primaryKeyConstraintName: constraint }
}

export function text(name: string): EntitySchemaColumnOptions {
  return { name, type: 'text' }
}

export function optionalText(name: string): EntitySchemaColumnOptions {
  return { name, type: 'text', nullable: true }
}

export function date(name: string): EntitySchemaColumnOptions {
  return { name, type: 'text', transformer: isoDate }
}

export function optionalDate(name: string): EntitySchemaColumnOptions {
  return { name, type: 'text', nullable: true, transformer: isoDate }
}

export function json(name: string): EntitySchemaColumnOptions {
  return { name, type: 'simple-json' }
}

export function optionalJson(name: string): EntitySchemaColumnOptions {
  return { name, type: 'simple-json', nullable: true }
}

export function flag(name: string): EntitySchemaColumnOptions {
  return { name, type: 'boolean' }
}

export function bigNumber(name: string): EntitySchemaColumnOptions {
  return { name, type: 'bigint', transformer: wholeNumber }
}

type Reference = NonNullable<EntitySchemaOptions<object>['foreignKeys']>[number]

/** A reference to the workspace a row belongs to. */
export function inWorkspace(constraint: string): Reference {
  return { name: constraint, target: 'workspace', columnNames: ['workspaceId'], referencedColumnNames: ['id'] }
}

/** A reference to a user; the row goes when the user goes. */
export function ofUser(constraint: string): Reference {
  return {
    name: constraint,
    target: 'user_account',
    columnNames: ['userId'],
    referencedColumnNames: ['id'],
    onDelete: 'CASCADE',
  }
}
