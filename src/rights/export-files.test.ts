import { extractText, getDocumentProxy } from 'unpdf'
import { expect, test } from 'vitest'
import { exportFiles } from './export-files.ts'
import type { ExportTerms } from './export-terms.ts'
import { PERSONAL_DATA, type PersonalData } from './personal-data.ts'

const both = (text: string) => ({ nl: `${text} (nl)`, en: `${text} (en)` })
const terms: ExportTerms = {
  purpose: (term) => ({ label: both(term.split('#').at(-1) ?? '') }),
  basis: () => ({ label: both('overeenkomst'), article: '6(1)(b)' }),
  claim: (ref) => ({ label: both(ref) }),
  type: both,
  label: (_type, path) => both(path),
  code: (code) => code,
}
const evil = `=HYPERLINK("http://x")<script>alert(1)</script>`
const someone = { did: 'did:web:x.example', name: evil }
const at = '2026-11-22T12:00:00.000Z'
const data: PersonalData = {
  schema: PERSONAL_DATA,
  made_at: at,
  controller: { did: null, name: 'Bakkerij De Kruimelkoning B.V.' },
  person: {
    did: 'did:jwk:abc',
    name: 'Őzgür Françoise IJsbrand-van ’t Hoff',
    email: 'o@x.example',
    job_title: '€-controller',
    account: 'ozgur',
    roles: ['contact_person'],
  },
  credentials: [
    {
      ...{ type: 'contact-person', issuer: someone, issued_at: at, expires_at: null, state: 'current' },
      claims: { given_name: 'Őzgür', email: 'o@x.example' },
    },
  ],
  grants: [],
  recipients: [
    { recipient: someone, claims: ['contact-person.email'], purposes: [], looks: 3, last_looked_at: at },
  ],
  sources: [],
  access_log: [
    {
      ...{ at, recipient: someone, who: { name: 'Sanne', role: 'account_manager' }, claims: [], codes: [] },
      purposes: ['https://w3id.org/dpv#Marketing'],
      outcome: 'permit',
    },
  ],
  messages: [
    {
      ...{ at, partner: someone, direction: 'sent', kind: 'call_up', state: 'undeliverable' },
      ...{ subject: 'Wie komt er zaterdag?', body: evil, choice: 'maybe' },
    },
  ],
  corrections: [
    {
      ...{ at, proposer: someone, claim: 'contact-person.address', state: 'open' },
      proposed: { value: { city: 'Zutphen' }, reason: 'Post kwam terug' },
    },
    { at, proposer: someone, claim: 'contact-person.email', state: 'declined', proposed: null },
  ],
  cases: [
    {
      ...{ opened_at: at, closed_at: null, partner: someone, question: 'invoice-question', state: 'ended' },
      ...{ title: { nl: 'Vraag over een factuur', en: 'A question about an invoice' }, about: 'factuur 9' },
    },
    {
      ...{ opened_at: at, closed_at: at, partner: someone, question: 'other-question', state: 'closed' },
      ...{ title: null, about: null },
    },
  ],
  ratings: [{ at, grant: 'grant-9', recipient: someone, came_true: 'partly', note: 'Na een week' }],
  ...{ requests_for_data: [], notices: [], consent_records: [], rights_requests: [], directory: [] },
  wallet_offers: [
    {
      ...{ id: 'o1', offered_at: at, issuer: { url: 'https://uni.example', name: evil }, what: ['Diploma'] },
      ...{ state: 'declined', reason: null, decided_at: at },
    },
  ],
  ...{ training_attempts: [], training_certificates: [] },
  ...{ asked: [], looks: [], shown_to: [], approvals: [], acceptances: [], intermediaries: [], acts: [] },
  processing: [],
}

test.each(['nl', 'en'] as const)(
  'the page in %s runs nothing and shows every text as text',
  async (language) => {
    const [file] = await exportFiles(data, 'html', language, terms)
    expect(file?.content).toContain(`<html lang="${language}">`)
    expect(file?.content).not.toContain('<script')
    expect(file?.content).toContain('&lt;script&gt;')
    expect(file?.content).toContain('Őzgür Françoise')
  },
)

const dealings = {
  messages: {
    nl: ['van u', 'een oproep', 'Wie komt er zaterdag?', 'misschien', 'niet aangekomen'],
    en: ['from you', 'a call-up', 'Wie komt er zaterdag?', 'maybe', 'did not arrive'],
  },
  corrections: {
    nl: ['contact-person.address', 'Zutphen', 'Post kwam terug', 'wacht op u', 'zo gelaten'],
    en: ['contact-person.address', 'Zutphen', 'Post kwam terug', 'waits for you', 'left as it is'],
  },
  cases: {
    nl: ['Vraag over een factuur', 'factuur 9', 'de tijd is om', 'other-question', 'gesloten'],
    en: ['A question about an invoice', 'factuur 9', 'its time is over', 'other-question', 'closed'],
  },
  ratings: { nl: ['grant-9', 'deels', 'Na een week'], en: ['grant-9', 'partly', 'Na een week'] },
} as const

test.each(Object.entries(dealings))(
  'what is held of %s reads in both languages, as a page and as a table',
  async (section, said) => {
    for (const language of ['nl', 'en'] as const) {
      const tables = await exportFiles(data, 'csv', language, terms)
      const table = tables.find(({ name }) => name === `${section}.csv`)
      const [page] = await exportFiles(data, 'html', language, terms)
      for (const one of said[language]) {
        expect(table?.content).toContain(one)
        expect(page?.content).toContain(one)
      }
    }
  },
)

test('the PDF has every table that the page has', async () => {
  const tables = await exportFiles(data, 'csv', 'nl', terms)
  const [pdf] = await exportFiles(data, 'pdf', 'nl', terms)
  const text = Buffer.from(pdf?.content ?? '', 'base64').toString('latin1')
  expect(text.match(/\/S \/H2/g)).toHaveLength(tables.length)
})

test('no cell of a table is a formula to a spreadsheet', async () => {
  const files = await exportFiles(data, 'csv', 'nl', terms)
  expect(files.map(({ name }) => name)).toContain('recipients.csv')
  for (const { content } of files) expect(content).not.toMatch(/(^|[;\n])"?=/)
})

test('the PDF is tagged, says its title and language, and is written with a font of its own', async () => {
  const [file] = await exportFiles(data, 'pdf', 'nl', terms)
  const text = Buffer.from(file?.content ?? '', 'base64').toString('latin1')
  expect(text).toMatch(/^%PDF-1\.7/)
  expect(text).toContain('/Marked true')
  expect(text).toContain('/Lang (nl-NL)')
  expect(text).toContain('/DisplayDocTitle true')
  expect(text).toContain('DejaVuSans')
})

test('what another program reads in the PDF is what is written there, whatever the letters', async () => {
  const name = 'Őri Černý-Łukaszewicz, Ğülşen Þórðardóttir'
  const hers = { ...data, person: { ...data.person, name } }
  for (const language of ['nl', 'en'] as const) {
    const [file] = await exportFiles(hers, 'pdf', language, terms)
    const document = await getDocumentProxy(new Uint8Array(Buffer.from(file?.content ?? '', 'base64')))
    const { text } = await extractText(document, { mergePages: true })
    // A line ends where the paper does.
    const read = text.replace(/\s+/g, ' ')
    for (const said of [name, 'o@x.example', 'Bakkerij De Kruimelkoning B.V.', '€-controller', 'Őzgür'])
      expect(read).toContain(said)
    const [page] = await exportFiles(hers, 'html', language, terms)
    const titles = [...(page?.content ?? '').matchAll(/<h2[^>]*>([^<&]+)<\/h2>/g)].map(([, title]) => title)
    expect(titles.length).toBeGreaterThan(10)
    for (const title of titles) expect(read).toContain(title)
  }
})
