import type { Terms } from '../../src/agreements/index.ts'
import { rows } from '../../src/store/index.ts'
import type { Inside } from './inside.ts'
import { eventually, type Reachable, type TestNode } from './nodes.ts'

/** An agreement as a node shows it. */
export interface ShownAgreement {
  id: string
  state: string
  version: number
  digest: string
  waits_for: string
  until: string | null
  deposited_at: string | null
  signed: { us: boolean; them: boolean }
  steps: { kind: string; side: string; text: string | null; refused: string | null; by: string }[]
  terms: Terms
  code: string
}

type Party = Pick<TestNode, 'config' | 'call'>

const text = {
  language: 'nl',
  title: 'Leveringsovereenkomst kantoorartikelen',
  body: '# Levering\n\nDe leverancier levert binnen twee dagen.\n\n# Geheimhouding\n\nGeheim blijft geheim.\n',
  starts_on: '2026-01-01',
  notice: 'P1M',
  surviving: ['Geheimhouding'],
}

/** The two companies agree on something, by the administrators of both; they may be started later. */
export function agreeing(trio: () => Reachable) {
  const both = (): readonly [Party, Party] => [trio().company, trio().partner]
  const call = (node: Party, method: 'GET' | 'POST', path: string, body?: object) =>
    node.call<ShownAgreement>(node.config.name, method, path, body)
  const show = async (node: Party, id: string) => (await call(node, 'GET', `/agreements/${id}`)).body
  const step = (node: Party, id: string, what: string, body: object = { version: 1 }) =>
    call(node, 'POST', `/agreements/${id}/${what}`, body)
  const reaches = (node: Party, id: string, fits: (found: ShownAgreement) => boolean, what: string) =>
    eventually(async () => {
      const found = await show(node, id)
      return found.id === id && fits(found) && found
    }, what)
  const inState = (node: Party, id: string, state: string) =>
    reaches(node, id, (found) => found.state === state, `${state} at ${node.config.name}`)
  /** The company proposes a text. */
  const begin = async (more: object = {}) => {
    const { status, body } = await call(trio().company, 'POST', '/agreements', {
      ...{ partner: '48245915', ...text, ...more },
    })
    if (status !== 201) throw new Error(`no agreement was begun: ${body.code}`)
    await inState(trio().partner, body.id, 'external_review')
    return body.id
  }
  const each = async (id: string, what: string) => {
    for (const node of both()) {
      const { status, body } = await step(node, id, what)
      if (status !== 201) throw new Error(`${what} at ${node.config.name}: ${body.code}`)
    }
  }
  const approved = async (more: object = {}) => {
    const id = await begin(more)
    await step(trio().partner, id, 'review')
    await inState(trio().company, id, 'external_approval')
    await each(id, 'approval')
    for (const node of both()) await inState(node, id, 'approved')
    return id
  }
  const inForce = async (more: object = {}) => {
    const id = await approved(more)
    await each(id, 'signature')
    for (const node of both()) await inState(node, id, 'in_force')
    return id
  }
  return { call, show, step, reaches, inState, begin, approved, inForce, text }
}

/** Lets the administrator of a node do everything that contracts take, and the rest of what she may. */
export async function giveContractRoles({ store, node }: Inside): Promise<void> {
  const contracts = ['contract_author', 'contract_reviewer', 'contract_authority', 'contract_signatory']
  await store.transact((tx) =>
    rows(tx, 'UPDATE user_account SET roles = ? WHERE account = ? RETURNING id', [
      JSON.stringify(['administrator', 'coordinator', ...contracts]),
      node.config.name,
    ]),
  )
}
