import { type Config, servicedeskOf } from '../config/index.ts'
import type { Accounts } from '../parties/index.ts'
import { type CasesDeps, openCases } from '../registration/index.ts'

/** The servicedesk's cases, as this trust anchor works on them. */
export function openCasework(
  deps: Omit<CasesDeps, 'targets' | 'colleagues'> & { readonly config: Config; readonly accounts: Accounts },
) {
  const { targets } = servicedeskOf(deps.config)
  return openCases({ ...deps, targets, colleagues: colleaguesOf(deps.accounts) })
}

export const colleaguesOf = (accounts: Accounts): CasesDeps['colleagues'] => ({
  find: async (account) => {
    const user = await accounts.findUser(account)
    return user?.state === 'active' && user.roles.includes('servicedesk') ? user.personId : null
  },
})
