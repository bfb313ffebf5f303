import type { EntitySchemaColumnOptions } from 'typeorm'

type Column = EntitySchemaColumnOptions

// Both engines get the same declared types: what they would hand back differently is converted here.
const asNumber = {
  to: (value: unknown) => value,
  from: (value: unknown) => (value === null || value === undefined ? value : Number(value)),
}
const asBuffer = {
  to: (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value),
  from: (value: unknown) => (typeof value === 'string' ? Buffer.from(value, 'base64') : value),
}
const asJson = {
  to: (value: unknown) => (value === null || value === undefined ? value : JSON.stringify(value)),
  from: (value: unknown) => (typeof value === 'string' ? JSON.parse(value) : value),
}

/** Column types for `EntitySchema`, the same on SQLite and Postgres. Names are the column's name in the table. */
export const column = {
  /** The primary key, a UUIDv7 or another text. */
  id: (name = 'id'): Column => ({ type: 'text', primary: true, name }),
  text: (name: string): Column => ({ type: 'text', name }),
  optionalText: (name: string): Column => ({ type: 'text', name, nullable: true }),
  integer: (name: string): Column => ({ type: 'bigint', name, transformer: asNumber }),
  optionalInteger: (name: string): Column => ({
    type: 'bigint',
    name,
    nullable: true,
    transformer: asNumber,
  }),
  /** Milliseconds since the epoch, UTC. */
  time: (name: string): Column => ({ type: 'bigint', name, transformer: asNumber }),
  optionalTime: (name: string): Column => ({ type: 'bigint', name, nullable: true, transformer: asNumber }),
  /** A JSON value, kept as text. */
  json: (name: string): Column => ({ type: 'text', name, transformer: asJson }),
  optionalJson: (name: string): Column => ({ type: 'text', name, nullable: true, transformer: asJson }),
  /** Bytes, kept as base64 text so that one schema serves both engines. */
  bytes: (name: string): Column => ({ type: 'text', name, transformer: asBuffer }),
  optionalBytes: (name: string): Column => ({ type: 'text', name, nullable: true, transformer: asBuffer }),
} as const
