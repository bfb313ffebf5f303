import { expect, test } from 'vitest'
import { exportFiles } from './export-files.ts'
import { PERSONAL_DATA, type PersonalData } from './personal-data.ts'

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
  ...{ requests_for_data: [], notices: [], consent_records: [], rights_requests: [], directory: [] },
}

test.each(['nl', 'en'] as const)(
  'the page in %s runs nothing and shows every text as text',
  async (language) => {
    const [file] = await exportFiles(data, 'html', language)
    expect(file?.content).toContain(`<html lang="${language}">`)
    expect(file?.content).not.toContain('<script')
    expect(file?.content).toContain('&lt;script&gt;')
    expect(file?.content).toContain('Őzgür Françoise')
  },
)

test('no cell of a table is a formula to a spreadsheet', async () => {
  const files = await exportFiles(data, 'csv', 'nl')
  expect(files.map(({ name }) => name)).toContain('recipients.csv')
  for (const { content } of files) expect(content).not.toMatch(/(^|[;\n])"?=/)
})

test('the PDF is tagged, says its title and language, and is written with a font of its own', async () => {
  const [file] = await exportFiles(data, 'pdf', 'nl')
  const text = Buffer.from(file?.content ?? '', 'base64').toString('latin1')
  expect(text).toMatch(/^%PDF-1\.7/)
  expect(text).toContain('/Marked true')
  expect(text).toContain('/Lang (nl-NL)')
  expect(text).toContain('/DisplayDocTitle true')
  expect(text).toContain('DejaVuSans')
})
