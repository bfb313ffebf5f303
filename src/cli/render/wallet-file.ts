import { oneLine } from '../text.ts'
import { factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Exported {
  readonly file: string
  readonly credentials: number
  readonly keys: number
  readonly about_our_did: number
  readonly left_out: readonly { readonly reason: string; readonly type: string }[]
}

/** Longer is no name of a file, but the file itself. */
const MAX_NAME_CHARS = 1024

/** What was taken out, and what stays. */
export const renderWalletExport: Renderer = (value, view) => {
  const { file, credentials, keys, about_our_did: bound, left_out: left } = value as Exported
  return parts(
    factsText(
      [
        [say(view, 'written to'), file.length <= MAX_NAME_CHARS ? oneLine(file) : null],
        [say(view, 'credentials'), String(credentials)],
        [say(view, 'keys they are bound to'), String(keys)],
      ],
      view,
      '',
    ),
    credentials > 0 &&
      paragraph(
        say(view, 'Keep it and its passphrase apart: whoever has both can show these credentials as you.'),
        view,
      ),
    bound > 0 &&
      paragraph(
        say(view, '{count} are about your DID: another node takes them only where it has that DID.', {
          count: bound,
        }),
        view,
      ),
    left.length > 0 && leftText(left, view),
  )
}

function leftText(left: Exported['left_out'], view: View): string {
  const counts = new Map<string, number>()
  for (const { reason, type } of left) {
    const name = JSON.stringify([type, reason])
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const rows = [...counts].map(([name, count]) => {
    const [type, reason] = JSON.parse(name) as [string, string]
    return [String(count), cell(type), meaning(view, reason)]
  })
  const table = tableText({ head: ['', ...sayAll(view, 'credential', 'because')], rows }, view)
  return `${say(view, 'Not in it; ask their issuers again at the other node:')}\n${table}`
}

interface Brought {
  readonly applied: boolean
  readonly counts: { readonly new: number; readonly present: number; readonly refused: number }
  readonly items: readonly {
    readonly id: string | null
    readonly type: string | null
    readonly outcome: string
    readonly code: string | null
    readonly status: string | null
  }[]
}

/** What is in a file, and what becomes of it. */
export const renderWalletImport: Renderer = (value, view) => {
  const { applied, counts, items } = value as Brought
  const summary = applied
    ? 'Taken: {new} new, {present} already here, {refused} refused.'
    : '{new} new, {present} already here, {refused} refused.'
  const head = sayAll(view, 'id', 'outcome', 'credential', 'because')
  const rows = items.map(({ id, type, outcome, code, status }) => [
    oneLine(id ?? ''),
    meaning(view, `wallet_outcome_${outcome}`),
    cell(type ?? ''),
    code ? meaning(view, code) : status ? meaning(view, `wallet_status_${status}`) : '',
  ])
  return parts(
    items.length > 0 && tableText({ head, rows, id: 0 }, view),
    say(view, summary, { ...counts }),
    applied &&
      counts.new > 0 &&
      paragraph(
        say(
          view,
          'One key in two places is one holder in two places: remove the wallet where you no longer use it.',
        ),
        view,
      ),
  )
}
