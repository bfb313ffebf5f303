import type { StatusState } from '../../src/status-lists/index.ts'
import { registryTable } from '../../src/trust/index.ts'
import type { Inside } from './inside.ts'
import { register, type TestNode, type TestTrio } from './nodes.ts'

/** Who reads on behalf of the company, when a test has passed a grant on to it. */
export const BROKER_KVK = '48000001'

/** Its people, and the roles that partners know them by. */
export const brokers = [
  { name: 'tess', role: 'adviser' },
  { name: 'otto', role: 'trainee' },
] as const

/** A fourth, registered node beside the trio: an intermediary with two employees. */
export async function addBroker(trio: TestTrio): Promise<TestNode> {
  const broker = await trio.add('broker', { name: 'Makelaar B.V.', kvkNumber: BROKER_KVK })
  await register(trio.myobi, broker)
  for (const { name, role } of brokers)
    await broker.call('broker', 'POST', '/people', {
      account: name,
      given_name: name,
      family_name: 'Tussen',
      email: `${name}@makelaar.example`,
      role,
      roles: ['account_manager'],
    })
  return broker
}

/** What the trust anchor's servicedesk does about an attestation: the registry goes on naming the company as active. */
export async function setAttestation(
  { store, credentials, statusLists }: Inside,
  kvkNumber: string,
  state: StatusState,
): Promise<void> {
  await store.transact(async (tx) => {
    const entry = await tx.findOneBy(registryTable, { kvkNumber })
    const issued = await credentials.findIssued(tx, entry?.attestationId ?? '')
    if (issued?.statusListId == null || issued.statusIndex === null) throw new Error('no such attestation')
    await statusLists.setStatus(tx, { listId: issued.statusListId, index: issued.statusIndex }, state)
  })
}
