import { isRefusal, Refusal } from '../../core/index.ts'
import { type JsonObject, parseJsonObject } from '../../jose/index.ts'
import { type ColumnMapping, fields } from '../import/index.ts'

const MAX_HEADING = 200

/**
 * A column mapping as it is sent: `{"name":"Klantnaam","kvk":"KVK nr"}`, our field to the file's heading.
 * @throws Refusal `csv_mapping_invalid`, with the fields we know
 */
export function parseMapping(text: string): ColumnMapping {
  const entries = Object.entries(parseObject(text))
  const known: readonly string[] = fields
  const isSound = entries.every(
    ([field, heading]) =>
      known.includes(field) &&
      typeof heading === 'string' &&
      heading.trim() !== '' &&
      heading.length <= MAX_HEADING,
  )
  if (!isSound || entries.length === 0) throw invalidMapping()
  return Object.fromEntries(entries)
}

function parseObject(text: string): JsonObject {
  try {
    return parseJsonObject(text)
  } catch (cause) {
    throw isRefusal(cause) ? invalidMapping(cause) : cause
  }
}

const invalidMapping = (cause?: unknown) =>
  new Refusal('invalid', 'csv_mapping_invalid', 'a mapping is a JSON object from our fields to headings', {
    params: { fields },
    cause,
  })
