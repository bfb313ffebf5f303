import { oneLine } from '../text.ts'
import { type NamedParty, partyText, purposeText } from './access-requests.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import { type Lookers, lookersOf } from './lookers.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { shortDid } from './short.ts'
import { tableText } from './table.ts'
import { stacked } from './value.ts'
import type { View } from './view.ts'

interface Grant extends Lookers {
  readonly id: string
  readonly grantee: NamedParty
  readonly claims: readonly string[]
  readonly purpose: readonly string[]
  readonly legal_basis: string
  readonly from: string
  readonly until: string
  readonly waiting: boolean
  readonly revoked_at: string | null
  readonly passing_on: (Lookers & { readonly to: readonly string[] }) | null
}

interface Held {
  readonly id: string
  readonly partner: NamedParty
  readonly grantor: string
  readonly claims: readonly string[]
  readonly purpose: readonly string[]
  readonly until: string
  readonly state: 'live' | 'ended'
  readonly ended: string | null
  readonly on_behalf_of: NamedParty | null
}

/** What was opened just now, until when, and how to close it again. */
export const renderApproved: Renderer = (value, view) => {
  const { grant, not_held: notHeld } = value as { grant: Grant; not_held: readonly string[] }
  return parts(
    paragraph(
      say(view, '{name} may now see this, until {until}:', {
        name: partyText(grant.grantee),
        until: momentText(grant.until, view),
      }),
      view,
    ),
    grantFacts(grant, view),
    notHeld.length > 0 &&
      paragraph(
        say(view, 'Not opened, because it is not there: {claims}.', {
          claims: notHeld.map(oneLine).join(', '),
        }),
        view,
      ),
    commandsText([
      [say(view, 'revoke'), `${view.regie} access revoke ${oneLine(grant.id)}`],
      [say(view, 'who looked'), `${view.regie} log`],
    ]),
    paragraph(say(view, 'Revoking works at once; it does not delete what the partner already read.'), view),
  )
}

/** What was signed on a condition, and how to take it back. */
export const renderCountered: Renderer = (value, view) => {
  const { grant } = value as { grant: Grant }
  const name = partyText(grant.grantee)
  return parts(
    paragraph(
      say(view, 'Signed. {name} sees this as soon as it gave you what you asked in return:', { name }),
      view,
    ),
    grantFacts(grant, view),
    commandsText([[say(view, 'withdraw it'), `${view.regie} access revoke ${oneLine(grant.id)}`]]),
    paragraph(say(view, 'Revoking it takes the counter-offer back.'), view),
  )
}

const grantFacts = (grant: Grant, view: View): string => {
  const facts: Fact[] = [
    [say(view, 'grant'), oneLine(grant.id)],
    [say(view, 'claims'), grant.claims.map(oneLine)],
    [say(view, 'for what'), purposeText(grant.purpose, view)],
    [say(view, 'legal basis'), oneLine(view.termOf(grant.legal_basis))],
    [say(view, 'who may look'), lookersOf(grant).join(', ')],
    [say(view, 'may be passed on'), grant.passing_on && passedTo(grant.passing_on.to, view)],
    [say(view, 'who may look there'), grant.passing_on && lookersOf(grant.passing_on).join(', ')],
  ]
  return factsText(facts, view)
}

const passedTo = (to: readonly string[], view: View): readonly string[] =>
  to.length > 0 ? to.map((did) => shortDid(oneLine(did))) : [say(view, 'to an intermediary in the network')]

/** What was closed just now, and what that does not do. */
export const renderRevoked: Renderer = (value, view) => {
  const grant = value as Grant
  const name = partyText(grant.grantee)
  return parts(
    paragraph(say(view, 'Revoked: {name} sees nothing of this any more.', { name }), view),
    grantFacts(grant, view),
    paragraph(
      say(view, 'What it already read is not deleted by this: ask {name} to delete that.', { name }),
      view,
    ),
    commandsText([[say(view, 'who looked'), `${view.regie} log`]]),
  )
}

/** What was given again, on the terms of what was taken back. */
export const renderRestored: Renderer = (value, view) => renderApproved({ grant: value, not_held: [] }, view)

/** What we opened to others. */
export const renderGrants: Renderer = (value, view) => {
  const { items } = value as { items: readonly Grant[] }
  if (items.length === 0) return say(view, '(nothing was granted)')
  const head = sayAll(view, 'id', 'state', 'granted to', 'claims', 'for what', 'who may look', 'until')
  const rows = items.map((grant) => [
    oneLine(grant.id),
    stateOf(grant, view),
    partyText(grant.grantee),
    stacked(grant.claims),
    purposeText(grant.purpose, view),
    stacked(lookersOf(grant)),
    momentText(grant.until, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

function stateOf({ revoked_at: revokedAt, until, waiting }: Grant, view: View): string {
  if (revokedAt) return meaning(view, 'grant_revoked')
  if (waiting) return meaning(view, 'grant_waiting')
  return meaning(view, Date.parse(until) < Date.now() ? 'grant_expired' : 'live')
}

/** What others opened to us. */
export const renderHeld: Renderer = (value, view) => {
  const { items } = value as { items: readonly Held[] }
  if (items.length === 0) return say(view, '(nobody granted us anything)')
  const head = sayAll(
    view,
    'id',
    'state',
    'partner',
    'granted by',
    'on behalf of',
    'claims',
    'for what',
    'until',
  )
  const rows = items.map((held) => [
    oneLine(held.id),
    meaning(view, held.ended ?? held.state),
    partyText(held.partner),
    say(view, held.grantor === held.partner.did ? 'the company' : 'a person'),
    held.on_behalf_of ? partyText(held.on_behalf_of) : '',
    stacked(held.claims),
    purposeText(held.purpose, view),
    momentText(held.until, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}
