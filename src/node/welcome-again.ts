import { Refusal } from '../core/index.ts'
import { Welcome } from '../parties/index.ts'
import type { Ground } from './ground.ts'

/**
 * A new one-use code for the first administrator, who did not take her account over yet: the one before was lost, or
 * ended. What could open her key then is gone, so she gets another key; nothing was signed with the one before.
 * @throws Refusal `hosting_welcomed`
 */
export async function welcomeAgain({
  store,
  accounts,
  parties,
  consentKeys,
  keyReplacement,
  config,
}: Ground): Promise<string> {
  const welcome = new Welcome({ accounts, consentKeys })
  return store.transact(async (tx) => {
    const user = await accounts.findUser(config.administrator.account)
    if (!user || (await consentKeys.stateOf(user.personId)).active)
      throw new Refusal(
        'conflict',
        'hosting_welcomed',
        'the account of its administrator was taken over already',
      )
    const before = await parties.require(user.personId)
    const grounds = {
      reason: 'activation_missed',
      evidence: 'the link to the contact of the invitation',
    } as const
    const made = await keyReplacement.replace(tx, { kind: 'anonymous' }, before, grounds)
    const code = await welcome.give(tx, made.account, made, null)
    if (code === null) throw new Error('a code is given where no machine keeps the secret')
    return code
  })
}
