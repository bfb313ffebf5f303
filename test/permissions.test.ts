import { beforeAll, describe, expect, test } from 'vitest'
import { startTrio, type TestNode } from './support/nodes.ts'

/** The columns: nobody, a person with one role, a system with one scope. */
const callers = [
  'nobody',
  'contact_person',
  'account_manager',
  'coordinator',
  'administrator',
  'servicedesk',
  'auditor',
  'partners:read',
  'access:request',
  'access:read',
  'partners:report',
  'contract_author',
  'contract_reviewer',
  'contract_authority',
  'contract_signatory',
] as const
type Caller = (typeof callers)[number]

/**
 * Who may call what, for every operation: `x` may, `.` may not; what a row leaves out at its end may not. Whether
 * somebody may do it to this very thing (`not_data_subject`) is another question, asked later.
 */
const everywhere = `
  whoami                    . x x x x x x . . .
  consent.show              . x x x x x x . . .
  consent.unlock            . x x x x x x . . .
  consent.lock              . x x x x x x . . .
  consent.secret            . x x x x x x . . .
  consent.recover           . x x x x x x . . .
  consent.codes             . x x x x x x . . .
  activate                  x x x x x x x x x x x
  sessions.link             . x x x x x x . . .
  sessions.list             . x x x x x x . . .
  sessions.end              . x x x x x x . . .
  sessions.end-all          . x x x x x x . . .
  passkeys.list             . x x x x x x . . .
  passkeys.remove           . x x x x x x . . .
  people.add                . . . . x . . . . .
  people.roles              . . . . x . . . . .
  people.rekey              . . . . x . . . . .
  people.login              . . . . x . . . . .
  people.list               . . . x x . . . . .
  systems.add               . . . . x . . . . .
  systems.list              . . . x x . . . . .
  systems.remove            . . . . x . . . . .
  people.leave              . . . . x . . . . .
  did.show                  . . . . x . x . . .
  did.changes               . . . . x . x . . .
  did.rotate                . . . . x . . . . .
  did.retire                . . . . x . . . . .
  did.compromise            . . . . x . . . . .
  did.endpoint              . . . . x . . . . .
  did.controller            . . . . x . . . . .
  did.deactivate            . . . . x . . . . .
  profile.show              . x x x x x x . . .
  profile.set               . . . . x . . . . .
  me.show                   . x x x x x x . . .
  me.set                    . x x x x x x . . .
  me.token                  . x x x x x x . . .

  billing.mine              . . . x x . x . . .
  learning.courses          . x x x x x x . . .
  learning.lesson           . x x x x x x . . .
  learning.start            . x x x x x x . . .
  learning.answer           . x x x x x x . . .
  learning.attempts         . x x x x x x . . .
  learning.overview         . . . x x . . . . .
  learning.requirements     . x x x x x x . . .
  learning.require          . . . . x . . . . .
  learning.unrequire        . . . . x . . . . .

  access.request            . . x x x . . . x .
  access.renew              . . x x x . . . x .
  access.cancel             . . x x x . . . x .
  access.sent               . . x x x . . . . .
  access.read               . . x x x . . . . x
  access.held               . . x x x . . . . x
  access.proof              . . x x x . . . . x
  access.list               . x x x x x x . . .
  access.approve            . x x x x x x . . .
  access.counter            . . x x x . . . . .
  access.defer              . x x x x x x . . .
  access.nudge              . . x x x . . . . .
  access.expiring           . x x x x x x . . .
  reminders.show            . x x x x x x . . .
  reminders.set             . . . . x . . . . .
  access.deny               . x x x x x x . . .
  access.grants             . x x x x x x . . .
  templates.set             . x x x x x x . . .
  templates.list            . x x x x x x . . .
  templates.remove          . x x x x x x . . .
  approvals.add             . x x x x x x . . .
  approvals.list            . x x x x x x . . .
  approvals.remove          . x x x x x x . . .
  approvals.apply           . x x x x x x . . .
  access.revoke             . x x x x x x . . .
  access.restore            . x x x x x x . . .
  access.withdraw           . x x x x x x . . .
  access.export             . x x x x x x . . .
  access.receipt            . x x x x x x . . .
  access.deleted            . . x x x . . . . .
  access.log                . x x x x x x . . .
  access.rate               . x x x x x x . . .
  questions.add             . . . x x . . . . .
  questions.change          . . . x x . . . . .
  questions.retire          . . . x x . . . . .
  questions.list            . . x x x . . . . .
  questions.check           . . x x x . . . x .
  questions.published       . x x x x x x . . .
  cases.ask                 . . x x x . . . x .
  cases.open                . x x x x x x . . .
  cases.list                . x x x x x x . . .
  cases.close               . x x x x x x . . .
  access.links              . x x x x x x . . .
  access.cut                . x x x x x x . . .
  access.allow              . x x x x x x . . .
  delegations.create        . . . x x . . . . .
  delegations.list          . . . x x . . . . .
  delegations.withdraw      . . . x x . . . . .
  presentations.create      . x x x x x x . . .
  presentations.open        . x x x x x x . . .
  presentations.list        . x x x x x x . . .
  presentations.show        . x x x x x x . . .
  presentations.accept      . x x x x x x . . .
  presentations.decline     . x x x x x x . . .
  notices.list              . x x x x x x . . .
  notices.resend            . x x x x x x . . .
  messages.send             . . x x x . . . . .
  messages.sent             . . x x x . . . . .
  messages.list             . x x x x x x . . .
  messages.answer           . x x x x x x . . .
  messages.resend           . x x x x x x . . .
  messages.stop             . x x x x x x . . .
  messages.limit            . x x x x x x . . .
  messages.counts           . . x x x . . . . .
  products.set              . . . x x . . . . .
  prices.set                . . . x x . . . . .
  lists.show                . x x x x x x . . .
  lists.withdraw            . . . x x . . . . .
  statements.set            . . x x x . . . . .
  statements.list           . . x x x . . . . .
  statements.withdraw       . . x x x . . . . .
  statements.received       . . x x x . . . . .
  figures.publish           . . . x x . . . . .
  figures.list              . . x x x . . . . .
  figures.rules             . . . . x . . . . .
  call_ups.start            . . x x x . . . . .
  call_ups.list             . . x x x . . . . .
  call_ups.show             . . x x x . . . . .
  call_ups.close            . . x x x . . . . .

  corrections.propose       . . x x x . . . . .
  corrections.sent          . . x x x . . . . .
  corrections.list          . x x x x x x . . .
  corrections.accept        . x x x x x x . . .
  corrections.decline       . x x x x x x . . .

  partners.list             . . x x x . . x . .
  partners.get              . . x x x . . x . .
  partners.changes          . . x x x . . x . .
  partners.roles            . . . x x . . . . .
  partners.take-over        . . x x x . . . . .
  partners.quality          . . x x x . . x . .
  partners.bounced          . . x x x . . . . . x
  partners.reciprocity      . . x x x . . . . .
  partners.balance          . . x x x . . . . .
  partners.duplicates       . . x x x . . x . .
  partners.different        . . . x x . . . . .
  partners.merge            . . . x x . . . . .
  partners.say              . . . x x . . . . .
  partners.contacts.import  . . . x x . . . . .
  partners.imports.create   . . . x x . . . . .
  partners.imports.upload   . . . x x . . . . .
  partners.imports.preview  . . . x x . . . . .
  partners.imports.apply    . . . x x . . . . .
  partners.imports.errors   . . . x x . . . . .
  partners.imports.mend     . . . x x . . . . .
  partners.imports.start    . . . x x . . . . .
  partners.imports.undo     . . . x x . . . . .
  partners.imports.list     . . . x x . . . . .
  jobs.list                 . x x x x x x . . .
  jobs.get                  . x x x x x x . . .
  jobs.watch                . x x x x x x . . .
  jobs.cancel               . x x x x x x . . .
  partners.mappings.list    . . . x x . . . . .
  partners.mappings.show    . . . x x . . . . .
  partners.mappings.set     . . . x x . . . . .
  partners.mappings.forget  . . . x x . . . . .

  processing.settings       . . . . x . x . . .
  processing.record         . . . . x . x . . .
  processing.set            . . . . x . . . . .
  breaches.open             . . . . x . . . . .
  breaches.list             . . . . x . x . . .
  breaches.show             . . . . x . x . . .
  breaches.affected         . . . . x . x . . .
  breaches.report           . . . . x . x . . .
  breaches.amend            . . . . x . . . . .
  breaches.decide           . . . . x . . . . .
  breaches.note             . . . . x . . . . .
  breaches.close            . . . . x . . . . .
  informing.list            . . x x x . x x . .
  informing.show            . . x x x . x x . .
  informing.sent            . . x x x . . . . .
  informing.not-needed      . . x x x . . . . .
  informing.moment          . . x x x . . . . .
  rights.file               . x x x x x x . . .
  rights.record             . . . x x . . . . .
  rights.mine               . x x x x x x . . .
  rights.inbox              . . . x x . . . . .
  rights.get                . x x x x x x . . .
  rights.take               . . . x x . . . . .
  rights.extend             . . . x x . . . . .
  rights.answer             . . . x x . . . . .
  rights.refuse             . . . x x . . . . .
  rights.lift               . . . x x . . . . .
  rights.preview            . x x x x x x . . .
  rights.erase              . . . . x . . . . .
  rights.export             . x x x x x x . . .

  invitations.invite        . . . x x . . . . .
  invitations.inform        . . . x x . . . . .
  invitations.submit        . . . x x . . . . .
  invitations.withdraw      . . . x x . . . . .
  invitations.contact       . . . x x . . . . .
  invitations.message       . . . x x . . . . .
  invitations.read          . . . x x . . . . .
  invitations.refresh       . . . x x . . . . .
  invitations.digest        . . . x x . . . . .
  invitations.digest-choice . . . x x . . . . .
  invitations.board         . . x x x . . . . .
  invitations.list          . . x x x . . . . .
  invitations.show          . . x x x . . . . .
  invitations.ecosystem     . . x x x . . . . .
  trade-secrets.add         . . . . x . . . . .
  trade-secrets.change      . . . . x . . . . .
  trade-secrets.withdraw    . . . . x . . . . .
  trade-secrets.attach      . . . . x . . . . .
  trade-secrets.log         . . . . x . . . . .
  trade-secrets.share       . . . . x . . . . .
  trade-secrets.unshare     . . . . x . . . . .
  trade-secrets.shares      . . . . x . . . . .
  trade-secrets.received    . x x x x x x . . .
  trade-secrets.fetch       . x x x x x x . . .
  trade-secrets.fetch-document . x x x x x x . . .
  trade-secrets.confirm     . . . . x . . . . .
  trade-secrets.list        . x x x x x x . . .
  trade-secrets.show        . x x x x x x . . .
  trade-secrets.proof       . x x x x x x . . .
  trade-secrets.download    . x x x x x x . . .
  agreements.begin          . . . . . . . . . . . x . . .
  agreements.propose        . . . . . . . . . . . x . . .
  agreements.comment        . . . . . . . . . . . x x x x
  agreements.review         . . . . . . . . . . . . x . .
  agreements.approve        . . . . . . . . . . . . . x .
  agreements.sign           . . . . . . . . . . . . . . x
  agreements.terminate      . . . . . . . . . . . . . x x
  agreements.list           . . . x x . x . . . . x x x x
  agreements.show           . . . x x . x . . . . x x x x
  agreements.pdf            . . . x x . x . . . . x x x x
  agreements.diff           . . . x x . x . . . . x x x x
  contracts.list            . . . x x . x . . . . x x x x
  contracts.portfolio       . . . x x . x . . . . x x x x
  contracts.show            . . . x x . x . . . . x x x x
  contracts.flags           . . . x x . x . . . . x x x x
  contracts.draft           . . . . . . . . . . . x . . .
  contracts.take            . . . . . . . . . . . x . x .
  contracts.publish         . . . . . . . . . . . . . x .
  laws.changed              . . . . . . . . . . . . . x .

  policy.show               x x x x x x x x x x x
  policy.versions           x x x x x x x x x x x
  policy.version            x x x x x x x x x x x
  policy.diff               x x x x x x x x x x x
  policy.pending            . x x x x x x . . .
  policy.acceptances        . . . . x . x . . .
  policy.accept-company     . . . . x . . . . .
  policy.accept             . x x x x x x . . .
  vocabulary.list           . x x x x x x . . .
  verifications.create      x x x x x x x x x x x
  verifications.presets     x x x x x x x x x x x
  verifications.start       . x x x x x x . x . .
  verifications.show        . x x x x x x . x . .
  registrations.apply       . . . . x . . . . .
  registrations.hand-in     . . . . x . . . . .
  registrations.mine        . x x x x x x . . .
  offers.list               . x x x x x x . . .
  offers.resend             . x x x x x x . . .
  issuing.offer             . . . . x x . . . .
  issuing.list              . . . . x x . . . .
  issuing.show              . . . . x x . . . .
  issuing.approve           . . . . x x . . . .
  issuing.deny              . . . . x x . . . .
  issuing.suspend           . . . . x x . . . .
  issuing.resume            . . . . x x . . . .
  issuing.revoke            . . . . x x . . . .
  wallet.offers.add         . x x x x x x . . .
  wallet.offers.list        . x x x x x x . . .
  wallet.offers.show        . x x x x x x . . .
  wallet.offers.accept      . x x x x x x . . .
  wallet.offers.decline     . x x x x x x . . .
  wallet.list               . x x x x x x . . .
  wallet.remove             . x x x x x x . . .
  wallet.exports.create     . x x x x x x . . .
  wallet.imports.create     . x x x x x x . . .
  audit.list                . . . . x . x . . .
  audit.verify              . . . . x . x . . .
  webhooks.add              . . . . x . . . . .
  webhooks.list             . . . . x . . . . .
  webhooks.remove           . . . . x . . . . .
  webhooks.rotate           . . . . x . . . . .
  webhooks.enable           . . . . x . . . . .
  webhooks.test             . . . . x . . . . .
  webhooks.deliveries       . . . . x . . . . .
  webhooks.resend           . . . . x . . . . .
  hosting.departures.create . . . . x . . . . .
  hosting.mine              . . . . x . . . . .
  backups.create            . . . . x . . . . .
  mails.preferences         . x x x x x x . . .
  mails.prefer              . x x x x x x . . .
  mails.list                . . . x x x . . . .
  mails.drafts              . . . x x x . . . .
  mails.preview             . . . x x x . . . .
  mails.show                . . . x x x . . . .
  mails.edit                . . . x x x . . . .
  mails.send                . . . x x x . . . .
  mails.cancel              . . . x x x . . . .
  mails.bounced             . . . x x x . . . .
  mails.bounce              . . . x x x . . . . x
  mails.allow               . . . x x x . . . .
`

/** What the trust anchor's node does besides. */
const onTheAnchor = `
  registry.get              x x x x x x x x x x x
  agreements.deposit        x x x x x x x x x x x x x x x
  registry.find             x x x x x x x x x x x
  registry.heads            x x x x x x x x x x x
  registry.history          x x x x x x x x x x x
  registry.proof            x x x x x x x x x x x
  registry.authorization    x x x x x x x x x x x
  registry.export           x x x x x x x x x x x
  registry.roles            . . . . . x . . . .
  registrations.submit      x x x x x x x x x x x
  registrations.state       x x x x x x x x x x x
  acceptances.renew         x x x x x x x x x x x
  acceptances.submit        x x x x x x x x x x x
  relay.submit              x x x x x x x x x x x
  billing.tariff            x x x x x x x x x x x
  billing.ask               x x x x x x x x x x x
  billing.items             . . . . . x x . . .
  billing.statement         . . . . . x x . . .
  billing.invoices          . . . . . x x . . .
  billing.invoice           . . . . . x x . . .
  billing.periods           . . . . . x x . . .
  billing.close             . . . . . x . . . .
  billing.correct           . . . . . x . . . .
  invitation-orders.submit  x x x x x x x x x x x
  invitation-orders.change  x x x x x x x x x x x
  invited.look              x x x x x x x x x x x
  invited.choose            x x x x x x x x x x x
  invited.set-up            x x x x x x x x x x x
  invited.ask               x x x x x x x x x x x
  invited.list              . . . . . x . . . .
  invited.show              . . . . . x . . . .
  invited.contact           . . . . . x . . . .
  invited.resend            . . . . . x . . . .
  invitation-orders.read    . . . . . x . . . .
  invitation-orders.message . . . . . x . . . .
  registrations.list        . . . . . x . . . .
  registrations.get         . . . . . x . . . .
  registrations.queue       . . . . . x . . . .
  registrations.rechecks.list             . . . . . x . . . .
  registrations.rechecks.close            . . . . . . . . . .
  registrations.kvk.look                  . . . . . x . . . .
  registrations.kvk.show                  . . . . . x . . . .
  registrations.kvk.search                . . . . . x . . . .
  registrations.ask                       . . . . . x . . . .
  registrations.domain.ask                . . . . . x . . . .
  registrations.domain.check              . . . . . x . . . .
  registrations.evidence.list             . . . . . x . . . .
  registrations.evidence.kept             . . . . . x . . . .
  registrations.evidence.upload           . . . . . x . . . .
  registrations.evidence.hand-in          x x x x x x x x x x x
  registrations.evidence.download         . . . . . x . . . .
  registrations.evidence.check            . . . . . x . . . .
  registrations.evidence.refuse           . . . . . x . . . .
  registrations.representatives.add       . . . . . x . . . .
  registrations.representatives.remove    . . . . . x . . . .
  registrations.take        . . . . . x . . . .
  registrations.hand-over   . . . . . x . . . .
  registrations.release     . . . . . x . . . .
  registrations.stall       . . . . . x . . . .
  registrations.resume      . . . . . x . . . .
  registrations.note        . . . . . x . . . .
  campaigns.start           . . . . . x . . . .
  campaigns.list            . . . . . x x . . .
  campaigns.get             . . . . . x x . . .
  campaigns.stop            . . . . . x . . . .
  campaigns.resume          . . . . . x . . . .
  registry.suspend          . . . . . x . . . .
  registry.resume           . . . . . x . . . .
  registrations.accept      . . . . . x . . . .
  registrations.decline     . . . . . x . . . .
`

type Verdict = 'may' | 'may not'
type Row = Readonly<Record<Caller, Verdict>>

function parse(table: string): Map<string, Row> {
  const lines = table.split('\n').flatMap((line) => (line.trim() ? [line.trim().split(/\s+/)] : []))
  return new Map(
    lines.map(([operation = '', ...marks]) => {
      if (
        marks.length < 10 ||
        marks.length > callers.length ||
        marks.some((mark) => mark !== 'x' && mark !== '.')
      )
        throw new Error(`the row of ${operation} does not fit the columns`)
      // Whoever makes contracts may besides only what everybody who is signed in may, unless the row says more.
      const everybody = marks.slice(1, 7).every((mark) => mark === 'x') ? 'x' : '.'
      const markOf = (caller: Caller, at: number) =>
        marks[at] ?? (caller.startsWith('contract_') ? everybody : '.')
      const row = callers.map(
        (caller, at) => [caller, markOf(caller, at) === 'x' ? 'may' : 'may not'] as const,
      )
      return [operation, Object.fromEntries(row) as Row]
    }),
  )
}

interface Route {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly type: string | undefined
}

/** The operations of a node, from what it tells about itself. */
async function routesOf({ url }: TestNode): Promise<Route[]> {
  interface Described {
    operationId: string
    requestBody?: { content: Record<string, unknown> }
  }
  const { paths } = (await (await fetch(`${url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Described>>
  }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, requestBody }]) => ({
      name: operationId,
      method: method.toUpperCase(),
      path,
      type: Object.keys(requestBody?.content ?? {})[0],
    })),
  )
}

/** Makes somebody for every column. @returns their tokens */
async function employ(node: TestNode): Promise<ReadonlyMap<Caller, string>> {
  const administrator = node.config.name
  const tokens = new Map<Caller, string>()
  for (const caller of callers) {
    if (caller === 'nobody') continue
    if (caller.includes(':')) {
      const system = { name: caller, scopes: [caller] }
      const { body } = await node.call<{ token: string }>(administrator, 'POST', '/systems', system)
      tokens.set(caller, body.token)
      continue
    }
    const account = `only_${caller}`
    const person = { account, given_name: 'Ans', family_name: 'Alleen', email: 'ans@alleen.example' }
    await node.call(administrator, 'POST', '/people', { ...person, role: 'tester', roles: [caller] })
    tokens.set(caller, node.token(account))
  }
  return tokens
}

/** Calls with input that nothing can be done with: whether the caller may is decided before. */
async function knock(node: TestNode, { method, path, type }: Route, token: string | undefined) {
  const address = path.replaceAll(/\{\w+\}/g, '00000000-0000-7000-8000-000000000000')
  const response = await fetch(`${node.url}/api/v1${address}`, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...(type && { 'content-type': type }) },
    ...(method !== 'GET' && { body: type === 'application/octet-stream' ? 'x' : '{"nonsense":true}' }),
  })
  const { code } = (await response.json()) as { code?: string }
  return { status: response.status, code }
}

function verdictOf(caller: Caller, { status, code }: Awaited<ReturnType<typeof knock>>): string {
  const refusal = caller === 'nobody' ? '401 authentication_required' : '403 not_allowed'
  if (`${status} ${code}` === refusal) return 'may not'
  return status === 401 || status === 403 || status >= 500 ? `${status} ${code}` : 'may'
}

describe('who may do what', () => {
  const nodes = new Map<string, TestNode>()
  beforeAll(async () => {
    const { company, myobi } = await startTrio('sqlite')
    nodes.set('a company', company).set('the trust anchor', myobi)
  })

  test.each([
    ['a company', everywhere],
    ['the trust anchor', everywhere + onTheAnchor],
  ])('on the node of %s is as the table says, and the table leaves nothing out', async (name, table) => {
    const node = nodes.get(name)
    if (!node) throw new Error('this node did not start')
    const routes = await routesOf(node)
    const tokens = await employ(node)
    const found = new Map<string, object>()
    for (const route of routes) {
      const verdicts = callers.map(
        async (caller) => [caller, verdictOf(caller, await knock(node, route, tokens.get(caller)))] as const,
      )
      found.set(route.name, Object.fromEntries(await Promise.all(verdicts)))
    }
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(parse(table)))
  })
})
