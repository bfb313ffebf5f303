import { oneLine } from '../text.ts'
import type { NamedParty } from './access-requests.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { label, meaning, say, sayAll } from './say.ts'
import { aloneDid } from './short.ts'
import { tableText } from './table.ts'
import { alone, cell } from './value.ts'
import type { View } from './view.ts'

interface Person {
  readonly id: string
  readonly did: string
  readonly account: string
  readonly name: string
  readonly roles: readonly string[]
  readonly activation_code: string | null
  readonly activation_url: string | null
  /** Her address, where the link went there instead. */
  readonly mailed_to: string | null
}

interface System {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly responsible: string | null
  readonly scopes: readonly string[]
  readonly token_expires_at: string | null
}

/** The systems that ask unattended: who answers for each, and until when its token works. */
export const renderSystems: Renderer = (value, view) => {
  const { items } = value as { items: readonly System[] }
  if (items.length === 0) return say(view, '(no system)')
  const head = sayAll(view, 'id', 'name', 'answered for by', 'may', 'token until')
  const rows = items.map(({ id, name, state, responsible, scopes, token_expires_at }) => [
    oneLine(id),
    oneLine(name),
    state === 'left' ? say(view, 'out of use') : cell(responsible),
    scopes.join('\n'),
    cell(token_expires_at, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** Who was added, and what that person does first. */
export const renderPersonAdded: Renderer = (value, view) => {
  const {
    id,
    did,
    account,
    name,
    roles,
    activation_code: code,
    activation_url: page,
    mailed_to: mailed,
  } = value as Person
  const facts: Fact[] = [
    [say(view, 'account'), oneLine(account)],
    [say(view, 'roles'), roles.map((role) => meaning(view, role)).join(', ')],
    ['id', oneLine(id)],
    ['DID', aloneDid(oneLine(did))],
    [say(view, 'activation code'), code && oneLine(code)],
    [say(view, 'link mailed to'), mailed && oneLine(mailed)],
  ]
  const first: readonly [string, string] = code
    ? [say(view, 'activate the account'), 'regie activate']
    : [say(view, 'accept the policy'), `regie --as ${oneLine(account)} policy accept`]
  return parts(
    paragraph(
      say(view, '{name} now has an account, a DID and keys, and credentials.', {
        name: oneLine(name),
      }),
      view,
    ),
    factsText(facts, view),
    handOver(code && page, view),
    mailed ? '' : commandsText([first]),
  )
}

/** What somebody may do from now on. */
export const renderRolesSet: Renderer = (value, view) => {
  const { id, account, name, roles } = value as Person
  const may = roles.map((role) => meaning(view, role)).join(', ')
  return factsText(
    [
      [say(view, 'name'), oneLine(name)],
      [say(view, 'account'), oneLine(account)],
      [say(view, 'roles'), may],
      ['id', oneLine(id)],
    ],
    view,
  )
}

/** Who has another DID and key, and what that person does first. */
export const renderRekeyed: Renderer = (value, view) => {
  const {
    id,
    did,
    account,
    activation_code: code,
    activation_url: page,
    mailed_to: mailed,
  } = value as Omit<Person, 'name' | 'roles'>
  const facts: Fact[] = [
    [say(view, 'account'), oneLine(account)],
    ['id', oneLine(id)],
    ['DID', aloneDid(oneLine(did))],
    [say(view, 'activation code'), code && oneLine(code)],
    [say(view, 'link mailed to'), mailed && oneLine(mailed)],
  ]
  return parts(
    paragraph(
      say(
        view,
        'This person has a new DID and key; what the old one signed is revoked, and its grants ended.',
      ),
      view,
    ),
    factsText(facts, view),
    handOver(code && page, view),
    commandsText([
      code
        ? [say(view, 'activate the account'), 'regie activate']
        : [say(view, 'accept the policy'), `regie --as ${oneLine(account)} policy accept`],
    ]),
  )
}

/** The page on a line of its own: folded it could not be opened. */
const handOver = (page: string | null, view: View): string =>
  page === null
    ? ''
    : parts(
        paragraph(say(view, 'The code is shown this once: hand it to that person and to nobody else.'), view),
        paragraph(say(view, 'With a browser, on this page:'), view),
        oneLine(page),
      )

interface Caller extends NamedParty {
  readonly account: string
  readonly roles: readonly string[]
  readonly organisation: NamedParty
}

/** Who the caller is here. */
export const renderWhoami: Renderer = (value, view) => {
  const { account, name, did, roles, organisation } = value as Caller
  const facts: Fact[] = [
    [say(view, 'name'), cell(name)],
    [say(view, 'account'), oneLine(account)],
    [say(view, 'roles'), roles.map((role) => meaning(view, role)).join(', ')],
    ['DID', aloneDid(oneLine(did))],
    [say(view, 'organisation'), [cell(organisation.name), aloneDid(oneLine(organisation.did))]],
  ]
  return factsText(facts, view, '')
}

interface Profile {
  readonly id: string
  readonly did: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** What a party says of itself. */
export const renderProfile: Renderer = (value, view) => {
  const { id, did, claims } = value as Profile
  const facts: Fact[] = [
    ...Object.entries(claims)
      .sort(inOrder)
      .map(([name, one]): Fact => [label(view, name), alone(one, view)]),
    [say(view, 'credential'), oneLine(id)],
    ['DID', aloneDid(oneLine(did))],
  ]
  return factsText(facts, view, '')
}

const order = ['name', 'given_name', 'family_name', 'job_title', 'works_for', 'email', 'phone_number']

/** As people introduce themselves; the rest as it comes. */
const inOrder = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  (order.indexOf(a) + 1 || order.length + 1) - (order.indexOf(b) + 1 || order.length + 1)

/** A token that is shown this once. */
export const renderToken: Renderer = (value, view) => {
  const { token, ...rest } = value as { token: string; expires_at: string; [more: string]: unknown }
  const facts = Object.entries(rest).map(([name, one]): Fact => [label(view, name), alone(one, view)])
  return parts(
    factsText([...facts, [say(view, 'token'), oneLine(token)]], { ...view, width: undefined }, ''),
    paragraph(
      say(view, 'The token is shown this once: keep it as REGIE_TOKEN where nobody else reads it.'),
      view,
    ),
  )
}
