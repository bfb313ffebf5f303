import encodeQR from 'qr'
import { oneLine } from '../text.ts'
import { commandsText, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import { renderVerification } from './verification.ts'
import type { View } from './view.ts'

interface Words {
  readonly nl: string
  readonly en: string
}

interface Preset {
  readonly name: string
  readonly title: Words
  readonly purpose: Words
  readonly parameters: readonly { readonly name: string; readonly label: Words; readonly required: boolean }[]
}

const inLanguage = ({ language }: View, words: Words): string => oneLine(words[language])

/** What may be asked of a wallet. */
export const renderPresets: Renderer = (value, view) => {
  const { items } = value as { items: readonly Preset[] }
  const rows = items.map(({ name, title, parameters }) => [
    name,
    inLanguage(view, title),
    parameters.map((one) => (one.required ? one.name : `[${one.name}]`)).join(', '),
  ])
  return tableText({ head: sayAll(view, 'preset', 'what it proves', 'parameters'), rows }, view)
}

interface Started {
  readonly id: string
  readonly preset: string
  readonly flow: string
  readonly client_id: string
  readonly link: string
  readonly expires_at: string
}

/** Longer links make codes that no terminal shows whole. */
const MAX_QR_CHARS = 700

/** The code to scan, and how to see what came of it. */
export const renderRequestStarted: Renderer = (value, view) => {
  const { id, preset, flow, client_id: clientId, link, expires_at: until } = value as Started
  const code =
    link.length <= MAX_QR_CHARS && encodeQR(oneLine(link), 'ascii', { ecc: 'low', border: 1 }).trimEnd()
  return parts(
    paragraph(say(view, 'Scan this with a wallet, or open the link where the wallet is:'), view),
    flow === 'cross_device' && code,
    oneLine(link),
    factsText(
      [
        [say(view, 'preset'), cell(preset)],
        [say(view, 'asked as'), oneLine(clientId)],
        [say(view, 'the wallet is'), meaning(view, flow)],
        [say(view, 'valid until'), cell(until, view)],
      ],
      view,
    ),
    commandsText([[say(view, 'what came of it'), `${view.regie} verifications show ${oneLine(id)}`]]),
  )
}

interface Shown {
  readonly preset: string
  readonly state: string
  readonly accepted: boolean | null
  readonly error: string | null
  readonly checks: readonly { readonly check: string; readonly ok: boolean; readonly code?: string }[]
  readonly credentials: readonly unknown[]
}

/** The verdict, the checks of the whole, then each credential as a report of its own. */
export const renderRequestShown: Renderer = (value, view) => {
  const { preset, state, accepted, error, checks, credentials } = value as Shown
  const rows = checks.map(({ check, ok, code }) => [
    ok ? 'ok' : say(view, 'FAILED'),
    meaning(view, check),
    code === undefined ? '' : meaning(view, code),
  ])
  const verdict = accepted === null ? meaning(view, state) : say(view, accepted ? 'PROVEN' : 'NOT PROVEN')
  return parts(
    `${oneLine(preset)}: ${verdict}`,
    error !== null && meaning(view, error),
    rows.length > 0 && tableText({ head: sayAll(view, 'result', 'check', 'why'), rows }, view),
    ...credentials.map((one) => renderVerification(one, view)),
  )
}
