import { oneLine } from '../text.ts'
import { commandsText, factsText, paragraph, parts } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'

/** A link for a browser, on a line of its own: folded it could not be opened. */
const renderLink: Renderer = (value, view) => {
  const { url, expires_at: until } = value as { url: string; expires_at: string }
  return parts(
    paragraph(say(view, 'Open this in a browser, once:'), view),
    oneLine(url),
    paragraph(
      say(view, 'It signs in as you, until {until}: show it to nobody.', { until: momentText(until, view) }),
      view,
    ),
  )
}

interface Session {
  readonly id: string
  readonly device: string
  readonly method: string
  readonly since: string
  readonly used_at: string
}

const renderSessions: Renderer = (value, view) => {
  const { items } = value as { items: readonly Session[] }
  if (items.length === 0) return say(view, '(signed in with no browser)')
  const head = sayAll(view, 'id', 'browser', 'signed in with', 'since', 'last used')
  const rows = items.map(({ id, device, method, since, used_at: usedAt }) => [
    oneLine(id),
    oneLine(device),
    meaning(view, `signed_in_by_${method}`),
    momentText(since, view),
    momentText(usedAt, view),
  ])
  return parts(
    tableText({ head, rows, id: 0 }, view),
    commandsText([[say(view, 'sign one out'), `${view.regie} sessions end <id>`]]),
  )
}

const renderEnded: Renderer = (value, view) => {
  if ((value as { ended: unknown }).ended !== true) throw new TypeError('not an answer of ours')
  return paragraph(say(view, 'That browser is signed out.'), view)
}

const renderAllEnded: Renderer = (value, view) => {
  const { ended } = value as { ended: number }
  return factsText([[say(view, 'browsers signed out'), ended.toFixed(0)]], view, '')
}

interface Passkey {
  readonly id: string
  readonly name: string
  readonly added_at: string
  readonly used_at: string | null
  readonly opens_key: boolean
}

const renderPasskeys: Renderer = (value, view) => {
  const { items } = value as { items: readonly Passkey[] }
  if (items.length === 0) return say(view, '(no passkey)')
  const head = sayAll(view, 'id', 'name', 'added', 'last used', 'opens your key')
  const rows = items.map((one) => [
    oneLine(one.id),
    oneLine(one.name),
    momentText(one.added_at, view),
    cell(one.used_at, view),
    say(view, one.opens_key ? 'yes' : 'no'),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

const renderRemoved: Renderer = (value, view) => {
  if ((value as { removed: unknown }).removed !== true) throw new TypeError('not an answer of ours')
  return paragraph(say(view, 'Nobody signs in with that passkey any more, and it opens nothing.'), view)
}

const renderNamed: Renderer = (value, view) => {
  if ((value as { named: unknown }).named !== true) throw new TypeError('not an answer of ours')
  return paragraph(say(view, 'By that name she signs in from now on, and nobody else.'), view)
}

export const signInRenderers: Readonly<Record<string, Renderer>> = {
  'passkeys.list': renderPasskeys,
  'passkeys.remove': renderRemoved,
  'people.login': renderNamed,
  'sessions.end': renderEnded,
  'sessions.end-all': renderAllEnded,
  'sessions.link': renderLink,
  'sessions.list': renderSessions,
}
