import { Refusal } from '../core/index.ts'
import { Documents, Register, type TradeSecretsOperationsDeps } from '../trade-secrets/index.ts'
import type { Ground } from './ground.ts'

/** The register of our own trade secrets. */
export function openTradeSecrets(ground: Ground): TradeSecretsOperationsDeps {
  const { accounts, parties } = ground
  const register = new Register(ground)
  return {
    register,
    documents: new Documents({ ...ground, register }),
    personOf: async (account) => {
      const user = await accounts.findUser(account)
      if (user && (await accounts.isActive(user.personId))) return user.personId
      throw new Refusal('not_found', 'account_unknown', 'nobody has that account')
    },
    names: async (personIds) => {
      const profiles = await parties.profiles([...new Set(personIds)])
      return new Map([...profiles].map(([id, { name }]) => [id, name]))
    },
  }
}
