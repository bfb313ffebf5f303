import { createDecipheriv, hkdfSync } from 'node:crypto'
import { rows } from '../../src/store/index.ts'
import type { Inside } from './inside.ts'
import { eventually, newRequest, type TestNode, type TestTrio } from './nodes.ts'

/** A request about personal data, as a node shows it. */
export interface ShownRequest {
  id: string
  kind: string
  state: string
  erased: boolean
  subject: { kind: string; id: string; name: string | null }
  text: string | null
  identity: string | null
  received_at: string
  due_at: string
  overdue: boolean
  restricted: boolean
  complaint: string | null
  refusal: string | null
  answer: string | null
  extension: { reason: string } | null
  erased_at: string | null
  kept: { what: string; why: string; until: string | null; count: number | null }[]
  history: { what: string; at: string; by: string | null }[]
  code?: string
}

/** Somebody of the partner's whose values turn up nowhere else. */
export const gerda = {
  account: 'gerdauniek',
  given_name: 'Gerdauniek',
  family_name: 'Őzküçük',
  email: 'gerda@zeldzaamwoord.example',
  phone_number: '+31687654321',
  job_title: 'Korstkeurder',
  role: 'baker',
}
export const herValues = [
  'gerdauniek',
  'Gerdauniek',
  'Őzküçük',
  'zeldzaamwoord',
  '31687654321',
  'Korstkeurder',
]

export async function addGerda({ partner }: Pick<TestTrio, 'partner'>): Promise<string> {
  const { body } = await partner.call<{ id: string }>(partner.config.name, 'POST', '/people', gerda)
  // The answer, with her name in it, is kept for a day.
  await fetch(`${partner.url}/api/v1/rights/requests`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${partner.token(gerda.account)}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify({ kind: 'rectification', text: 'Ik ben Gerdauniek' }),
  })
  return body.id
}

/** Sanne asks for her e-mail address, and she says yes. @returns the id of the grant */
export async function letSanneLook(
  trio: TestTrio,
  account: string,
  {
    purpose = ['order-management'],
    basis = 'consent',
    claims = ['contact-person.email', 'contact-person.phone_number'],
  } = {},
): Promise<string> {
  await trio.company.call('sanne', 'POST', '/access/requests', { ...newRequest, claims, purpose, basis })
  const { body: list } = await trio.partner.call<{ items: { id: string; purpose: string[] }[] }>(
    account,
    'GET',
    '/access/requests?state=pending',
  )
  const [request] = list.items
  const path = `/access/requests/${request?.id}/approval`
  const { body } = await trio.partner.call<{ grant: { id: string } }>(account, 'POST', path, {})
  const { id } = body.grant
  await eventually(async () => {
    const held = await trio.company.call<{ items: { id: string }[] }>(
      'sanne',
      'GET',
      '/access/grants/received',
    )
    return held.body.items.some((grant) => grant.id === id)
  }, 'the grant')
  return id
}

/** Sanne asks Bram something along the grant he gave, and he answers. */
export async function writeWithBram({ company, partner }: TestTrio): Promise<void> {
  const asked = { partner: '48245915', kind: 'purchasing_question', subject: 'Grotere dozen?' }
  await post(company, 'sanne', '/messages', { ...asked, body: 'Wilt u die?' })
  const id = await firstOf(partner, '/messages', ({ subject }) => subject === asked.subject)
  await post(partner, 'bram', `/messages/${id}/answer`, { body: 'Liever kleine.' })
}

/** Sanne proposes what a claim of Bram's should say. @returns the id under which he decides about it */
export async function proposeToBram(
  { company, partner }: TestTrio,
  claim: string,
  value: string,
): Promise<string> {
  const reason = 'Onze post kwam terug'
  const said = { partner: '48245915', claim, value, reason }
  // One about the same claim is in the way until Sanne's node hears what he decided.
  await eventually(
    async () => (await post(company, 'sanne', '/corrections/sent', said)).status === 201,
    'the proposal',
  )
  return firstOf(partner, '/corrections?state=open', (one) => one.claim === claim)
}

/** Bram opens what a question of the company needs, for one case, and closes it again. */
export async function openAndCloseCase({ company, partner }: TestTrio): Promise<void> {
  await post(company, 'company', '/questions', invoiceQuestion)
  const asked = { partner: '48316274', question: invoiceQuestion.code, seen_version: 1 }
  await post(partner, 'bram', '/cases/own', { ...asked, about: 'mijn factuur 9' })
  const id = await firstOf(partner, '/cases', () => true)
  await post(partner, 'bram', `/cases/${id}/closure`)
}

const invoiceQuestion = {
  code: 'invoice-question',
  title: { nl: 'Vraag over een factuur', en: 'A question about an invoice' },
  ...{ purpose: 'payment', basis: 'contract', claims: ['contact-person.email'] },
  ...{ reason: 'Wij zoeken uit wat er met uw factuur is', value: 'U hebt binnen een dag antwoord' },
  ...{ length: 'P30D', roles: ['account_manager'] },
}

/** The first of what Bram sees there, once it has come. */
const firstOf = (
  node: TestNode,
  path: string,
  fits: (one: { readonly subject?: string; readonly claim?: string }) => boolean,
) =>
  eventually(async () => {
    const { body } = await node.call<{ items: { id: string; subject?: string; claim?: string }[] }>(
      'bram',
      'GET',
      path,
    )
    return body.items.find(fits)?.id
  }, path)

/** Every cell of every table. */
export async function cells({ store }: Inside): Promise<{ at: string; text: string }[]> {
  const tables = await rows<{ name: string }>(
    store.reader,
    store.engine === 'sqlite'
      ? `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
      : `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()`,
  )
  const found: { at: string; text: string }[] = []
  for (const { name } of tables)
    for (const row of await rows<Record<string, unknown>>(store.reader, `SELECT * FROM "${name}"`))
      for (const [column, value] of Object.entries(row))
        if (typeof value === 'string') found.push({ at: `${name}.${column} ${row.id ?? ''}`, text: value })
  return found
}

/** What a thief with the master key reads: every cell, what is base64 in it, and what opens of that. */
export async function readable(inside: Inside): Promise<{ at: string; text: string }[]> {
  const keys = await keysOf(inside)
  return (await cells(inside)).map(({ at, text }) => ({
    at,
    text: [text, ...decoded(text, keys)].join('\n'),
  }))
}

export const leaks = (all: readonly { at: string; text: string }[], values: readonly string[]): string[] => [
  ...new Set(
    all.flatMap(({ at, text }) => values.filter((v) => text.includes(v)).map((v) => `${v} in ${at}`)),
  ),
]

export const post = <T = ShownRequest>(node: TestNode, as: string, path: string, body: object = {}) =>
  node.call<T>(as, 'POST', path, body)

type Keys = ReadonlyMap<string, Buffer>

function decoded(text: string, keys: Keys): string[] {
  const parts = (text.match(/[A-Za-z0-9+/_=-]{16,}/g) ?? []).map((part) => Buffer.from(part, 'base64'))
  return parts.flatMap((bytes) => {
    const opened = openAnywhere(bytes, keys)
    return opened === null ? [bytes.toString('utf8')] : [opened, ...inner(opened)]
  })
}

/** Disclosures of a credential are base64url in it. */
const inner = (text: string): string[] =>
  (text.match(/[A-Za-z0-9_-]{16,}/g) ?? []).map((part) => Buffer.from(part, 'base64url').toString('utf8'))

/** Every key there still is, by its id, as whoever has the master key unwraps it. */
async function keysOf({ store, node }: Inside): Promise<Keys> {
  const wrapping = Buffer.from(hkdfSync('sha256', node.secrets.masterKey, Buffer.alloc(0), 'regie wrap', 32))
  const found = await rows<{ id: string; wrapped: string }>(store.reader, 'SELECT id, wrapped FROM vault_key')
  return new Map(
    found.map(({ id, wrapped }) => [
      id.replaceAll('-', ''),
      withoutChecking(wrapping, Buffer.from(wrapped, 'base64')),
    ]),
  )
}

/** AES-GCM is AES-CTR beginning at 2 with a tag: whoever reads only needs no place to open it in. */
function withoutChecking(key: Buffer, sealed: Buffer): Buffer {
  const counter = Buffer.concat([sealed.subarray(0, 12), Buffer.from([0, 0, 0, 2])])
  return createDecipheriv('aes-256-ctr', key, counter).update(sealed.subarray(12, sealed.length - 16))
}

function openAnywhere(bytes: Buffer, keys: Keys): string | null {
  const key = bytes.length > 44 ? keys.get(bytes.subarray(0, 16).toString('hex')) : undefined
  return key ? withoutChecking(key, bytes.subarray(16)).toString('utf8') : null
}
