import { type Reader, rows } from '../store/index.ts'

/** Entries of a list that are read at a time: what is done with them must not hold up everything else. */
const STRETCH = 2 ** 18
const COMMA = 44
const ZERO = 48

/**
 * Calls `found` for each entry of a list that is not 0. The database hands them over as one text for each stretch of
 * the list: a row for each would keep the event loop busy for as long as all of them take.
 */
export async function eachEntry(
  reader: Reader,
  { listId, size }: { readonly listId: string; readonly size: number },
  found: (index: number, value: number) => void,
): Promise<void> {
  const gathered =
    reader.connection.options.type === 'postgres'
      ? "string_agg((idx * 8 + state)::text, ',')"
      : 'group_concat(idx * 8 + state)'
  for (let from = 0; from < size; from += STRETCH) {
    const [stretch] = await rows<{ entries: string | null }>(
      reader,
      `SELECT ${gathered} AS entries FROM status_entry WHERE list_id = ? AND idx >= ? AND idx < ?`,
      [listId, from, from + STRETCH],
    )
    eachNumber(stretch?.entries ?? '', (packed) => found(Math.floor(packed / 8), packed % 8))
  }
}

/** Reads decimal numbers with commas between them, without a piece of text for each. */
function eachNumber(text: string, found: (value: number) => void): void {
  if (text === '') return
  let value = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code !== COMMA) {
      value = value * 10 + code - ZERO
      continue
    }
    found(value)
    value = 0
  }
  found(value)
}
