import type { Renderer } from './renderer.ts'
import { cell } from './value.ts'

interface Result {
  readonly new: number
  readonly changed: number
  readonly same: number
  readonly skipped: number
  readonly merged: number
  readonly rejected: number
  readonly to_inform: { readonly count: number; readonly due_at: string; readonly note: string } | null
}

/** What an import did, and whom to tell. */
export const renderImportResult: Renderer = (value) => {
  const { skipped, merged, rejected, to_inform: toInform, ...done } = value as Result
  const lines = [
    `Imported: ${done.new} new, ${done.changed} changed, ${done.same} the same.`,
    `Not picked: ${skipped}. Put together with another: ${merged}. Bad rows: ${rejected}.`,
  ]
  if (toInform)
    lines.push(`${toInform.count} persons to inform before ${cell(toInform.due_at)}: ${cell(toInform.note)}.`)
  return lines.join('\n')
}
