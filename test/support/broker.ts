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
