import { oneLine } from '../text.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import { day, stateText } from './invitations.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'

interface Party {
  readonly id: string
  readonly case: string | null
  readonly state: string
  readonly since: string
  readonly organisation: { readonly name: string; readonly kvk_number?: string }
  readonly contact: { readonly name: string; readonly email: string }
  readonly choice: string | null
  readonly node: { readonly url: string; readonly since: string } | null
  readonly strangers: number
  readonly links_sent: number
  readonly link_until: string | null
  readonly expected_at: string | null
  readonly orders: readonly {
    readonly id: string
    readonly inviter: { readonly name: string | null }
    readonly state: string
    readonly why: string | null
    readonly unread: number
  }[]
  readonly alike: readonly string[]
}

/** Invited organisations at the trust anchor, as its servicedesk sees them. */
export const renderParties: Renderer = (value, view) => {
  const { items } = value as { items: readonly Party[] }
  if (items.length === 0) return say(view, '(nobody is invited)')
  return tableText(
    {
      head: sayAll(view, 'id', 'organisation', 'state', 'since', 'invited by', 'to note'),
      rows: items.map((one) => [
        ...[one.id, oneLine(one.organisation.name), stateText(one.state, view), day(one.since, view)],
        one.orders.map(({ inviter }) => oneLine(inviter.name ?? '?')).join('\n') || say(view, 'itself'),
        [
          one.choice && meaning(view, `choice_${one.choice}`),
          one.node && say(view, 'its node is there'),
          one.strangers > 0 && say(view, 'another came with its code: {count}', { count: one.strangers }),
          one.orders.some(({ unread }) => unread > 0) && say(view, 'unread messages'),
        ]
          .filter(Boolean)
          .join('\n'),
      ]),
      id: 0,
    },
    view,
  )
}

export const renderParty: Renderer = (value, view) => {
  const one = value as Party
  const { organisation, contact, orders } = one
  const facts: Fact[] = [
    [say(view, 'id'), one.id],
    [say(view, 'case'), one.case],
    [say(view, 'KVK number'), organisation.kvk_number],
    [say(view, 'state'), stateText(one.state, view)],
    [say(view, 'since'), cell(one.since, view)],
    [say(view, 'next expected'), one.expected_at && day(one.expected_at, view)],
    [say(view, 'contact person'), `${oneLine(contact.name)} <${oneLine(contact.email)}>`],
    [say(view, 'chose'), one.choice && meaning(view, `choice_${one.choice}`)],
    [say(view, 'node'), one.node && oneLine(one.node.url)],
    [say(view, 'links sent'), String(one.links_sent)],
    [say(view, 'link works until'), cell(one.link_until, view)],
    [
      say(view, 'to note'),
      one.strangers > 0 ? say(view, 'another came with its code: {count}', { count: one.strangers }) : null,
    ],
    [say(view, 'perhaps the same'), one.alike],
  ]
  return parts(
    oneLine(organisation.name),
    factsText(facts, view),
    orders.length > 0 &&
      tableText(
        {
          head: sayAll(view, 'order', 'invited by', 'state', 'why', 'unread messages'),
          rows: orders.map((order) => [
            ...[order.id, oneLine(order.inviter.name ?? '?'), stateText(order.state, view)],
            ...[order.why === null ? '' : oneLine(order.why), order.unread > 0 ? String(order.unread) : ''],
          ]),
          id: 0,
        },
        view,
      ),
    commandsText([[say(view, 'send a new link'), `${view.regie} invited resend ${one.id}`]]),
  )
}

/** Who invites, as whoever has the link reads it. */
export const renderLook: Renderer = (value, view) => {
  const { organisation, inviters } = value as {
    organisation: string
    inviters: readonly { readonly name: string; readonly why: string }[]
  }
  return parts(
    paragraph(say(view, 'This invitation is for {name}.', { name: oneLine(organisation) }), view),
    factsText(
      inviters.map(({ name, why }) => [oneLine(name), oneLine(why)]),
      view,
    ),
  )
}

export const renderChoice: Renderer = (value, view) => {
  const { choice, code } = value as { choice: string; code: string | null }
  if (typeof choice !== 'string') throw new Error('an answer we do not know')
  return parts(
    `${say(view, 'chose')}: ${meaning(view, `choice_${choice}`)}`,
    code && paragraph(say(view, 'The code is shown once; write it down:'), view),
    code && commandsText([[say(view, 'apply'), `${view.regie} register --invitation ${oneLine(code)}`]]),
  )
}

export const renderAskedIn: Renderer = (value, view) => {
  if ((value as { asked: unknown }).asked !== true) throw new Error('an answer we do not know')
  return paragraph(
    say(view, 'Asked. A mail with a link goes to that address, unless the organisation was known.'),
    view,
  )
}

/** How a node that was made is taken over. */
export const renderSetUp: Renderer = (value, view) => {
  const { organisation, url, account, code } = value as Readonly<Record<string, string>>
  if (!organisation || !url || !account || !code) throw new Error('an answer we do not know')
  const node = `${view.regie} --node ${oneLine(url)}`
  return parts(
    oneLine(organisation),
    factsText(
      [
        [say(view, 'node'), oneLine(url)],
        [say(view, 'account'), oneLine(account)],
        [say(view, 'code'), oneLine(code)],
      ],
      view,
    ),
    paragraph(say(view, 'The code is shown once; write it down:'), view),
    commandsText([
      [say(view, 'take it over'), `${node} activate`],
      [say(view, 'apply'), `${node} register --accept 1`],
    ]),
  )
}
