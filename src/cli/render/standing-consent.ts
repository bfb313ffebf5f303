import { oneLine } from '../text.ts'
import { durationText } from './duration.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { shortDid } from './short.ts'
import { tableText } from './table.ts'
import { stacked } from './value.ts'
import type { View } from './view.ts'

interface Template {
  readonly name: string
  readonly for: 'me' | 'organisation'
  readonly purpose: string | null
  readonly claims: readonly string[] | null
  readonly roles: readonly string[] | null
  readonly only_asker: boolean
  readonly length: string | null
}

interface Entry {
  readonly id: string
  readonly for: 'me' | 'organisation'
  readonly purpose: string
  readonly basis: string | null
  readonly claims: readonly string[] | null
  readonly partner: string | null
  readonly partner_name?: string | null
  readonly role: string | null
  readonly length: string
}

const aboutWhom = (view: View, whose: 'me' | 'organisation') =>
  say(view, whose === 'me' ? 'your own data' : 'the company’s data')
const termOr = (view: View, iri: string | null) => (iri ? oneLine(view.termOf(iri)) : say(view, 'any'))
const claimsOr = (view: View, claims: readonly string[] | null) =>
  claims ? stacked(claims) : say(view, 'all that is asked')

function lookers({ roles, only_asker: onlyAsker }: Template, view: View): string {
  if (onlyAsker) return say(view, 'only who asked')
  return roles ? roles.map(oneLine).join(', ') : say(view, 'the role of who asked')
}

/** A named answer. */
export const renderTemplate: Renderer = (value, view) => {
  const template = value as Template
  const facts: Fact[] = [
    [say(view, 'template'), oneLine(template.name)],
    [say(view, 'about'), aboutWhom(view, template.for)],
    [say(view, 'for what'), termOr(view, template.purpose)],
    [say(view, 'opens'), template.claims?.map(oneLine) ?? say(view, 'all that is asked')],
    [say(view, 'who may look'), lookers(template, view)],
    [say(view, 'at most'), template.length && durationText(template.length, view)],
  ]
  return parts(
    factsText(facts, view),
    commandsText([
      [say(view, 'share'), `${view.regie} access approve <id> --template ${oneLine(template.name)}`],
    ]),
  )
}

export const renderTemplateRemoved: Renderer = (value, view) =>
  paragraph(
    say(view, '{name} is forgotten. What was granted with it stays as it is.', {
      name: oneLine((value as Template).name),
    }),
    view,
  )

/** The answers somebody keeps. */
export const renderTemplates: Renderer = (value, view) => {
  const { items } = value as { items: readonly Template[] }
  if (items.length === 0) return say(view, '(no templates)')
  const head = sayAll(view, 'template', 'about', 'for what', 'opens', 'who may look', 'at most')
  const rows = items.map((template) => [
    oneLine(template.name),
    aboutWhom(view, template.for),
    termOr(view, template.purpose),
    claimsOr(view, template.claims),
    lookers(template, view),
    template.length ? durationText(template.length, view) : '',
  ])
  return tableText({ head, rows, id: 0 }, view)
}

const whom = (view: View, { partner, partner_name: name, role }: Entry): string =>
  [partner && oneLine(name || shortDid(partner)), role && meaning(view, role)].filter(Boolean).join(', ')

/** One thing somebody says yes to beforehand. */
export const renderEntry: Renderer = (value, view) => {
  const entry = value as Entry
  const facts: Fact[] = [
    [say(view, 'entry'), oneLine(entry.id)],
    [say(view, 'about'), aboutWhom(view, entry.for)],
    [say(view, 'granted to'), whom(view, entry)],
    [say(view, 'for what'), termOr(view, entry.purpose)],
    [say(view, 'legal basis'), termOr(view, entry.basis)],
    [say(view, 'opens'), entry.claims?.map(oneLine) ?? say(view, 'all that is asked')],
    [say(view, 'at most'), durationText(entry.length, view)],
  ]
  return parts(
    factsText(facts, view),
    paragraph(say(view, 'What does not fit exactly waits for you as usual.'), view),
    commandsText([[say(view, 'off the list'), `${view.regie} approvals remove ${oneLine(entry.id)}`]]),
  )
}

/** All that somebody says yes to beforehand. */
export const renderEntries: Renderer = (value, view) => {
  const { items } = value as { items: readonly Entry[] }
  if (items.length === 0) return say(view, '(your list is empty: every request waits for you)')
  const head = sayAll(view, 'id', 'about', 'granted to', 'for what', 'opens', 'at most')
  const rows = items.map((entry) => [
    oneLine(entry.id),
    aboutWhom(view, entry.for),
    whom(view, entry),
    termOr(view, entry.purpose),
    claimsOr(view, entry.claims),
    durationText(entry.length, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** What taking it off the list did not do. */
export const renderEntryRemoved: Renderer = (value, view) => {
  const { still_open: open, ended } = value as { still_open: readonly string[]; ended: readonly string[] }
  return parts(
    paragraph(say(view, 'Off your list. New requests wait for you.'), view),
    ended.length > 0 && paragraph(say(view, 'Taken back: {count} grants.', { count: ended.length }), view),
    open.length > 0 &&
      paragraph(say(view, 'What it gave stays open: {count} grants.', { count: open.length }), view),
    open.length > 0 &&
      commandsText(open.map((id) => [say(view, 'revoke'), `${view.regie} access revoke ${oneLine(id)}`])),
  )
}

/** What was granted in one step, and what waits still. */
export const renderApplied: Renderer = (value, view) => {
  const { granted, left } = value as {
    granted: readonly string[]
    left: readonly { request: string; code: string }[]
  }
  return parts(
    paragraph(say(view, 'Granted: {count}.', { count: granted.length }), view),
    left.length > 0 &&
      tableText(
        {
          head: sayAll(view, 'request', 'waits still'),
          rows: left.map(({ request, code }) => [oneLine(request), meaning(view, code)]),
          id: 0,
        },
        view,
      ),
  )
}
