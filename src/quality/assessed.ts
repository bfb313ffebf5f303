import { type Reader, rows } from '../store/index.ts'

/** The number up to which the feed of changes was looked at, to judge anew what they are about. */
export async function assessedUpTo(reader: Reader): Promise<number> {
  const [head] = await rows<{ seq: number | string }>(
    reader,
    "SELECT seq FROM quality_head WHERE id = 'head'",
  )
  return Number(head?.seq ?? 0)
}
