import { oneLine } from '../text.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Mail {
  readonly id: string
  readonly template: string
  readonly language: string
  readonly about: { readonly kind: string; readonly id: string }
  readonly state: string
  readonly attempts: number
  readonly last_error: string | null
  readonly created_at: string
}

interface MailText extends Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** What was mailed, and what became of it. */
export const renderMails: Renderer = (value, view) => {
  const { items } = value as { items: readonly Mail[] }
  if (items.length === 0) return say(view, '(no e-mails)')
  const head = sayAll(view, 'id', 'state', 'e-mail', 'made', 'tries', 'why')
  const rows = items.map((mail) => [
    oneLine(mail.id),
    meaning(view, `mail_${mail.state}`),
    oneLine(mail.template),
    cell(mail.created_at, view),
    cell(mail.attempts),
    why(mail, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** One of them, without its text. */
export const renderMail: Renderer = (value, view) => factsText(factsOf(value as Mail, view), view, '')

/** One as its recipient reads it, and what can be done with it. */
export const renderMailText: Renderer = (value, view) => {
  const mail = value as MailText
  const text = mail.text.trim().split('\n')
  const facts: Fact[] = [
    ...factsOf(mail, view),
    [say(view, 'to'), oneLine(mail.to)],
    [say(view, 'subject'), oneLine(mail.subject)],
  ]
  return parts(
    factsText(facts, view, ''),
    text.map((line) => paragraph(oneLine(line), view)).join('\n'),
    mail.state === 'draft' &&
      commandsText([
        [say(view, 'change it'), `${view.regie} mails edit ${oneLine(mail.id)} --subject … --text …`],
        [say(view, 'send it'), `${view.regie} mails send ${oneLine(mail.id)}`],
        [say(view, 'hold it back'), `${view.regie} mails cancel ${oneLine(mail.id)}`],
      ]),
  )
}

interface Bouncing {
  readonly address: string
  readonly bounces: number
  readonly blocked: boolean
  readonly code: string | null
  readonly last_at: string | null
  readonly last_mail: string | null
}

/** Addresses that refuse mail, each with the last mail to it that came back. */
export const renderBouncing: Renderer = (value, view) => {
  const { items } = value as { items: readonly Bouncing[] }
  if (items.length === 0) return say(view, '(no e-mail came back)')
  const head = sayAll(view, 'last e-mail', 'came back', 'last time', 'its server said', 'state')
  const rows = items.map((one) => [
    oneLine(one.last_mail ?? ''),
    cell(one.bounces),
    cell(one.last_at, view),
    oneLine(one.code ?? ''),
    meaning(view, one.blocked ? 'mail_address_blocked' : 'mail_address_mailed'),
  ])
  const blocked = items.find(({ blocked, last_mail }) => blocked && last_mail)
  return parts(
    tableText({ head, rows, id: 0 }, view),
    blocked &&
      commandsText([
        [say(view, 'mail it again'), `${view.regie} mails allow ${oneLine(blocked.last_mail ?? '')}`],
      ]),
  )
}

/** An address that is mailed again. */
export const renderMailAllowed: Renderer = (value, view) => {
  const { mail } = value as { mail: string }
  return say(view, 'E-mail goes again to the address of {mail}.', { mail: oneLine(mail) })
}

/** In which language somebody is mailed, and of what. */
export const renderPreferences: Renderer = (value, view) => {
  const { language, policy, access } = value as { language: string; policy: boolean; access: boolean }
  if (typeof policy !== 'boolean' || typeof access !== 'boolean') throw new Error('an answer we do not know')
  return factsText(
    [
      [say(view, 'language'), oneLine(language)],
      [say(view, 'e-mail about the policy'), say(view, policy ? 'yes' : 'no')],
      [say(view, 'e-mail about requests and grants'), say(view, access ? 'yes' : 'no')],
    ],
    view,
    '',
  )
}

const factsOf = (mail: Mail, view: View): Fact[] => [
  ['id', oneLine(mail.id)],
  [say(view, 'state'), meaning(view, `mail_${mail.state}`)],
  [say(view, 'e-mail'), `${oneLine(mail.template)} (${oneLine(mail.language)})`],
  [say(view, 'about'), `${oneLine(mail.about.kind)} ${oneLine(mail.about.id)}`],
  [say(view, 'made'), cell(mail.created_at, view)],
  [say(view, 'why'), why(mail, view)],
]

const why = ({ last_error }: Mail, view: View): string =>
  last_error === null ? '' : meaning(view, last_error)
