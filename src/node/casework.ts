import { type Config, servicedeskOf } from '../config/index.ts'
import { lookupTxt } from '../egress/index.ts'
import type { Accounts } from '../parties/index.ts'
import { type CasesDeps, openCases } from '../registration/index.ts'

type Given = 'targets' | 'fourEyes' | 'required' | 'colleagues' | 'lookupTxt' | 'tellContact'

/** The servicedesk's cases, as this trust anchor works on them. */
export function openCasework(
  deps: Omit<CasesDeps, Given> & { readonly config: Config; readonly accounts: Accounts },
) {
  const { targets, fourEyes, evidence: required } = servicedeskOf(deps.config)
  return openCases({
    ...{ ...deps, targets, fourEyes, required, colleagues: colleaguesOf(deps.accounts), lookupTxt },
    tellContact: async () => undefined,
  })
}

export const colleaguesOf = (accounts: Accounts): CasesDeps['colleagues'] => ({
  find: async (account) => {
    const user = await accounts.findUser(account)
    return user?.state === 'active' && user.roles.includes('servicedesk') ? user.personId : null
  },
})
