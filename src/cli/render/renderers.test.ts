import { expect, test } from 'vitest'
import { answers, id, personDid } from '../../../test/support/cli-answers.ts'
import { rendererOf } from './index.ts'
import { renderValue } from './value.ts'
import { plainView, type View } from './view.ts'
import { lengthOf } from './wrap.ts'

const show = (operation: string, view: Partial<View> = {}, value = answers[operation]) =>
  rendererOf(operation)(value, { ...plainView, regie: 'regie --as bram', ...view })

const languages = ['en', 'nl'] as const
const widths = [80, 100, 120, 160] as const
const all = Object.keys(answers).flatMap((operation) =>
  languages.map((language) => [operation, language] as const),
)

test.each(all)(
  '%s in %s fits terminals of 80 to 160 columns, and nothing but a line to copy is longer',
  (operation, language) => {
    for (const width of widths) {
      const long = show(operation, { language, width })
        .split('\n')
        .filter(
          (line) =>
            lengthOf(line) > width &&
            !/regie |^openid4vp:|openid-credential-offer:|\/app\/(?:sign-in|welcome)#/.test(line),
        )
      expect(long).toEqual([])
    }
  },
)

test.each(all)(
  '%s in %s has a form of its own that fills no screen with what only programs read',
  (operation, language) => {
    const shown = show(operation, { language })
    expect(shown).not.toContain(personDid)
    expect(shown).not.toMatch(/undefined|\[object|null|[A-Za-z0-9_]{120}|\{\w+\}/)
    const generic = ['people.list']
    if (!generic.includes(operation))
      expect(shown).not.toBe(renderValue(answers[operation], { ...plainView, language }))
  },
)

const withId = all.filter(
  ([operation]) =>
    JSON.stringify(answers[operation]).includes(`"id":"${id}"`) &&
    !/deny|partners\.(?:import|changes)/.test(operation),
)
test.each(withId.filter(([operation]) => !/log|audit/.test(operation)))(
  '%s in %s shows the id whole',
  (operation, language) => {
    for (const width of widths) expect(show(operation, { language, width })).toContain(id)
  },
)

test.each([
  ['access.list', 'Sanne Nietje (account_manager) of Kantoorvakhandel De Gouden Nietmachine B.V.'],
  ['access.list', 'Wij leveren uw bestelling af'],
  ['access.list', 'U geeft een wijziging maar één keer door'],
  ['access.list', `share         regie --as bram access approve ${id}`],
  ['access.list', `do not share  regie --as bram access deny ${id}`],
  ['access.list', 'CustomerOrderManagement'],
  ['access.list', 'MORE THAN IT NEEDS'],
  ['access.list', 'came true: yes 2, partly 0, no 1; last on'],
  ['questions.published', 'cases open --partner'],
  ['questions.check', 'more than your own catalogue says'],
  ['cases.list', 'factuur 123'],
  ['access.approve', 'may now see this, until 2026-12-31:'],
  ['access.approve', `revoke      regie --as bram access revoke ${id}`],
  ['access.approve', 'it does not delete what the partner already read'],
  ['access.approve', 'because it is not there: company-profile.website.'],
  ['access.revoke', 'sees nothing of this any more'],
  ['access.revoke', 'is not deleted by this'],
  ['access.request', "regie --as bram read --partner 'Bakkerij De Kruimelkoning B.V.'"],
  ['access.held', 'revoked'],
  ['access.export', 'This grant as a consent record (ISO/IEC TS 27560):'],
  ['access.export', 'value: this form has no word for it'],
  ['access.export', `regie --as bram access export ${id} --format consent-record --json`],
  ['access.receipt', 'Bewaarplicht boekhouding'],
  ['access.receipt', 'p_m3H3p7beMRVC1jrbl4Z4iI'],
  ['access.deleted', 'was not told yet'],
  ['access.log', 'refused: revoked'],
  ['access.log', 'Sanne Nietje (account_manager)'],
  ['access.read', 'company-profile.email            info@bakkerij-de-kruimelkoning.example  says so itself'],
  ['access.read', 'attested by did:ethr:0x7a69:0xde92…c0094B, which we do not trust for this'],
  ['registrations.mine', 'The servicedesk of the trust anchor now decides'],
  ['registrations.get', `accept   regie --as bram registrations accept ${id}`],
  ['registrations.get', 'Bedachtlaan 101, 9401 DT Assen, NL'],
  ['registrations.get', 'Krijn Kadetje (did:jwk:eyJjcn…tISSJ9), may represent alone'],
  ['registrations.accept', 'Bakkerij De Kruimelkoning B.V. is registered.'],
  ['people.add', 'regie --as sanne policy accept'],
  [
    'partners.imports.preview',
    'line 14, D1012 Zeilmakerij Vlakwater B.V.: the check digits of the IBAN are wrong',
  ],
  ['partners.imports.preview', 'may hold a citizen number'],
  ['partners.imports.preview', 'bookings without a date (3)'],
  ['audit.verify', 'The record is intact'],
  ['verifications.create', 'NOT VERIFIED, issuer not trusted here for this type'],
  ['verifications.presets', 'employer, [role]'],
  ['verifications.start', 'openid4vp://?client_id=decentralized_identifier'],
  ['verifications.start', 'verifications show pTQxbMeSU0b3A3rTfM2Vh9cK5pXyJ8aL'],
  ['verifications.show', 'employee-role: NOT PROVEN'],
  ['verifications.show', 'not everything that was asked is proven'],
  ['presentations.open', 'x509_san_dns:shop.example (UNKNOWN: nobody we trust says who this is)'],
  ['presentations.open', 'kvk_number = 99990001'],
  ['presentations.open', `presentations accept ${id}`],
  ['presentations.accept', 'https://shop.example/back?code=1'],
  ['offers.list', 'not delivered yet'],
  ['partners.get', 'withdrawn on 2026-11-22'],
  ['partners.get', '(not for you to see)'],
  ['partners.get', 'no longer so, says the partner'],
  ['partners.get', 'Not the same as what we have:'],
  ['partners.changes', 'later changes: regie --as bram partners changes --after 8'],
  ['webhooks.add', 'The secret is shown this once'],
  ['webhooks.add', `regie --as bram webhooks test ${id}`],
  ['webhooks.deliveries', 'HTTP 503, not accepted'],
  ['webhooks.deliveries', 'given up'],
  ['webhooks.list', 'said it is gone'],
  ['whoami', 'did:ethr:0x7a69:0xde92305a0644bFb41D59099df0b0f90331c0094B'],
])('%s says: %s', (operation, text) => {
  expect(show(operation)).toContain(text)
})

test.each([
  ['access.list', 'wie vraagt'],
  ['access.list', 'niet delen'],
  ['access.grants', 'OPENGESTELD VOOR'],
  ['access.approve', 'tot en met 31-12-2026:'],
  ['access.approve', 'toegangsmachtiging'],
  ['access.log', 'geweigerd: ingetrokken'],
  ['access.receipt', 'bewaard, zegt wie hem heeft'],
  ['registrations.list', 'wacht op de servicedesk'],
  [
    'partners.imports.preview',
    'regel 14, D1012 Zeilmakerij Vlakwater B.V.: het controlegetal van het IBAN klopt niet',
  ],
  ['verifications.show', 'employee-role: NIET BEWEZEN'],
  ['vocabulary.list', 'Een overeenkomst'],
  ['webhooks.deliveries', 'geen antwoord op tijd'],
  ['webhooks.rotate', 'oud geheim tot'],
])('%s in Dutch says: %s', (operation, text) => {
  expect(show(operation, { language: 'nl' })).toContain(text)
})

test('on a narrow terminal the evidence of activity is put into words', () => {
  const shown = show('partners.imports.preview', { width: 80 })
  expect(shown).toMatch(/\* +Bakkerij De Kruimelkoning B\.V\. +active +11 times, last 2026-10-28\n/)
  expect(shown).toMatch(/revenue 33362\.98, open 15723\.14\n/)
  expect(shown).toContain('kvk:48245915, in the network')
})

test('a broken record is the first thing that is said', () => {
  const broken = { intact: false, entries: 9, broken_at: 4, reason: 'entry_missing' }
  expect(show('audit.verify', {}, broken)).toMatch(
    /^THE RECORD IS NOT INTACT[\s\S]*broken at +4\n.*an entry is missing$/,
  )
})

test('what partners call themselves cannot steer the terminal, nor the shell of who copies a line', () => {
  const partner = { did: 'did:x:1', name: "Kruimel\u001b[2J'; rm -rf ~ #" }
  const value = { ...(answers['access.request'] as object), partner }
  const shown = show('access.request', {}, value)
  expect(shown).toContain("--partner 'Kruimel�[2J'\\''; rm -rf ~ #'")
  expect(shown).not.toContain('\u001b')
})

test('whose a value is, is told when it could be of several persons', () => {
  const { claims, ...read } = answers['access.read'] as { claims: object[] }
  const of = (subject: string) => ({ ...claims[0], subject })
  expect(show('access.read', {}, { ...read, claims: [of('did:x:1')] })).not.toMatch(/ OF\n/)
  expect(show('access.read', {}, { ...read, claims: [of('did:x:1'), of('did:x:2')] })).toMatch(
    / OF\n.*did:x:1\n/,
  )
})

test.each(['presentations.create', 'access.proof'])(
  '%s is the presentation alone, to hand on',
  (operation) => {
    const value = { presentation: 'eyJ.a.b~c~', type: 'https://x' }
    expect(show(operation, {}, value)).toBe('eyJ.a.b~c~')
  },
)

test.each(Object.keys(answers))('%s in a shape we do not know is shown all the same', (operation) => {
  if (operation === 'access.deny') return
  expect(show(operation, {}, { other: 1 })).toContain('other')
})

const counter = (more: object) => ({
  ...{ id: 'x', made_by: 'partner', state: 'open', ended: null },
  ...{ their_request: 'r-theirs', our_request: 'r-ours', in_return: ['company-profile.email'] },
  ...{ in_return_until: '2026-12-31T22:59:59.999Z', answer_by: '2026-12-01T22:59:59.999Z' },
  ...more,
})
const first = (operation: string) => (answers[operation] as { items: object[] }).items[0]

test('a counter-offer stands with what we asked, and how long it can be agreed to', () => {
  const sent = (state: string, offer: object) =>
    show(
      'access.sent',
      { language: 'nl' },
      { items: [{ ...first('access.sent'), state, codes: [], counter: counter(offer) }] },
    )
  const open = sent('pending', {})
  expect(open).toMatch(/tegenvoorstel/)
  expect(open).toMatch(/akkoord vóór 01-12-2026/)
  expect(open).toContain('r-theirs')
  expect(open).not.toContain('wacht op antwoord')
  const over = sent('pending', { state: 'ended', ended: 'counter_refused' })
  expect(over).toContain('het tegenvoorstel is afgewezen')
  expect(over).not.toContain('akkoord vóór')
})

test('a counter-offer is taken whole, and one that ended waits for nobody', () => {
  const asked = (offer: object) =>
    show(
      'access.list',
      { language: 'nl' },
      { items: [{ ...first('access.list'), state: 'pending', counter: counter(offer) }] },
    )
  expect(asked({})).toContain('akkoord vóór')
  expect(asked({})).not.toContain('--only')
  expect(asked({ made_by: 'us' })).toContain('--only')
  expect(asked({ made_by: 'us', state: 'ended', ended: 'counter_refused' })).not.toContain('akkoord vóór')
})

test('what is open to others only is not said to have ended', () => {
  const read = (code: string) =>
    show(
      'access.read',
      {},
      { ...(answers['access.read'] as object), refused: [{ grant: 'g1', codes: [code] }] },
    )
  expect(read('role_not_granted')).toContain('Open, but not to you now:\n  g1')
  expect(read('grant_revoked')).toContain('Not open any more:\n  g1')
  const disputed = 'contact-person.phone_number: disputed: nobody reads it meanwhile'
  expect(read('grant_revoked')).toContain(`Open to you, and not shown now:\n  ${disputed}`)
})

test.each(['approvals.list', 'messages.counts', 'partners.changes'])(
  '%s names who it is about',
  (operation) => {
    expect(show(operation)).toContain('Bakkerij De Kruimelkoning B.V.')
  },
)

test('how long is said in words', () => {
  expect(show('access.list', { language: 'nl' })).toMatch(/bewaartermijn +1 jaar\n/)
  expect(show('access.list')).toMatch(/kept for +1 year\n/)
})

test('an answer stands with the message it answers', () => {
  expect(show('messages.answer')).toContain('messages list')
  expect(show('messages.send')).toContain('messages sent')
})
