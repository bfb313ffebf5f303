import { paragraph, parts } from './facts.ts'
import { problemsText } from './import-preview.ts'
import type { Renderer } from './renderer.ts'
import { say } from './say.ts'
import { cell } from './value.ts'

interface Result {
  readonly new: number
  readonly changed: number
  readonly same: number
  readonly skipped: number
  readonly merged: number
  readonly rejected: number
  readonly to_inform: { readonly count: number; readonly due_at: string } | null
}

/** An import from files to partners: what somebody should look at, and what was done. */
export const renderImport: Renderer = (value, view) => {
  const { preview, result } = value as { readonly preview: unknown; readonly result: unknown }
  return parts(problemsText(preview, view), renderImportResult(result, view))
}

/** What an import did, and whom to tell. */
export const renderImportResult: Renderer = (value, view) => {
  const { skipped, merged, rejected, to_inform: toInform, ...done } = value as Result
  const lines = [
    say(view, 'Imported: {new} new, {changed} changed, {same} the same.', { ...done }),
    say(view, 'Not picked: {skipped}. Put together with another: {merged}. Bad rows: {rejected}.', {
      skipped,
      merged,
      rejected,
    }),
  ]
  if (toInform)
    lines.push(
      say(
        view,
        'Tell the persons among them ({count}), before {day} and before you use their data, that you hold them, where they came from and what for.',
        { count: toInform.count, day: cell(toInform.due_at, view) },
      ),
    )
  return lines.map((line) => paragraph(line, view)).join('\n')
}
